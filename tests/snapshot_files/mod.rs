//! The files of snapshots: one that no test makes is left over, and would be reviewed for nothing.

use std::collections::BTreeSet;
use std::path::Path;

/// Fails unless a folder of `tests/` holds the snapshots of these names, and no others.
pub fn are_those_of(folder: &str, names: impl IntoIterator<Item = String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let files = std::fs::read_dir(path).expect("a folder").map(|file| file.expect("a file").file_name());
    let files = files.map(|name| name.to_string_lossy().into_owned());
    // What waits for a review has another ending.
    let files: BTreeSet<_> = files.filter(|name| name.ends_with(".snap")).collect();
    let wanted: BTreeSet<_> = names.into_iter().map(|name| format!("{name}.snap")).collect();
    assert_eq!(files, wanted, "remove from tests/{folder} what no test makes");
}
