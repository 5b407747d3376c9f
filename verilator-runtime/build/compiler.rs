//! Is there a C++ compiler, and does it find what the run-time library includes?

use std::io::{self, Write};
use std::path::Path;
use std::process::{ExitStatus, Stdio};

/// A library of the system that the wave writers use.
#[derive(Clone, Copy)]
pub struct Library {
    /// Name for the linker.
    pub name: &'static str,
    header: &'static str,
    packages: &'static str,
}

const ZLIB: Library =
    Library { name: "z", header: "zlib.h", packages: "zlib1g-dev (Debian, Ubuntu), zlib-devel (Fedora)" };
const LZ4: Library = Library {
    name: "lz4",
    header: "lz4.h",
    packages: "liblz4-dev (Debian, Ubuntu), lz4-devel (Fedora), lz4 (Homebrew)",
};

/// Older Verilators bring lz4 with them; those with the `fstcpp` writer use the system's.
pub fn wave_libraries(include: &Path) -> &'static [Library] {
    if include.join("fstcpp").is_dir() { &[ZLIB, LZ4] } else { &[ZLIB] }
}

/// One message for a missing compiler or header, instead of the compiler's output for each file.
pub fn check(build: &cc::Build, libraries: &[Library]) -> Result<(), String> {
    let probe = Probe::new(build)?;
    if !probe.accepts("#include <cstdint>\n") {
        return Err(format!(
            "no working C++ compiler: `{}` does not compile an empty C++17 program.\n\
             Install one with `./setup.sh`, or name another in the variable CXX.",
            probe.compiler.path().display()
        ));
    }
    match libraries.iter().find(|library| !probe.accepts(&format!("#include <{}>\n", library.header))) {
        None => Ok(()),
        Some(library) => Err(format!(
            "the C++ compiler does not find <{}>, which Verilator's wave writer needs.\n\
             Install it with `./setup.sh`; its packages: {}.",
            library.header, library.packages
        )),
    }
}

/// Asks the compiler whether it takes a program.
struct Probe {
    compiler: cc::Tool,
}

impl Probe {
    fn new(build: &cc::Build) -> Result<Self, String> {
        let compiler = build.try_get_compiler().map_err(|error| {
            format!(
                "no C++ compiler: {error}\n\
                 Install one with `./setup.sh`, or name another in the variable CXX."
            )
        })?;
        Ok(Self { compiler })
    }

    fn accepts(&self, program: &str) -> bool {
        self.run(program).is_ok_and(|status| status.success())
    }

    fn run(&self, program: &str) -> io::Result<ExitStatus> {
        let mut child = self
            .compiler
            .to_command()
            .args(["-fsyntax-only", "-x", "c++", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        // A compiler that does not read its input tells by its status what is the matter.
        let _ = child.stdin.take().map(|mut input| input.write_all(program.as_bytes()));
        child.wait()
    }
}
