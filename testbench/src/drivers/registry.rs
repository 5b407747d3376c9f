//! All drivers by name.

use super::*;

/// The driver that runs when nobody asks for another.
pub const DEFAULT: &str = "linux-v6.4";

/// What is appended to a driver's name to have its reports with the acknowledge.
const SUFFIX: &str = "+report-at-ack";

/// When a driver tells a person about an overflow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reports {
    Never,
    /// At the read of PROD that shows it.
    WhenSeen,
    /// At the CONS write that acknowledges it.
    WhenAcknowledged,
}

/// A driver that one can choose by name: what it does with the Event queue and with the PRI queue.
#[derive(Clone, Copy)]
pub struct Driver {
    /// What people call it.
    pub name: &'static str,
    /// What it does and where it is found, in a line.
    pub summary: &'static str,
    pub(super) handler: fn(Consumer) -> Running,
    /// What the handler wakes, where it does not take entries itself.
    pub(super) thread: Option<fn(Consumer) -> Running>,
    queues: &'static [Queue],
    reports: Reports,
    /// The name of the same driver with its reports at the acknowledge.
    delayed: &'static str,
}

/// A driver of both queues that reports an overflow when it sees it.
macro_rules! driver {
    ($name:literal, $summary:literal, $handler:path) => {
        Driver {
            name: $name,
            summary: $summary,
            handler: |queue| Box::pin($handler(queue)),
            thread: None,
            queues: &Queue::ALL,
            reports: Reports::WhenSeen,
            delayed: concat!($name, "+report-at-ack"),
        }
    };
}

const EVENT_ONLY: &[Queue] = &[Queue::Event];

const LINUX_V4_9: Driver = driver!(
    "linux-v4.9",
    "Linux v4.9 to v6.3: the acknowledge stays in the driver's copy of CONS",
    linux_v4_9::run
);
const THREAD_V1: Driver = driver!(
    "thread-v1",
    "the patch as posted in March 2023: always writes CONS after the drain",
    thread_v1::run
);
const LINUX_V6_4: Driver = driver!(
    "linux-v6.4",
    "Linux since v6.4 (also v6.1.y, v5.15.y): writes CONS after the drain if OVFLG changed",
    linux_v6_4::run
);
const BATCH: Driver = driver!(
    "batch",
    "takes everything up to PROD, then frees and acknowledges it with one CONS write",
    batch::run
);

/// The drivers of the thread, and what the architecture recommends. Random runs draw from them, so that a seed stays the
/// same run whatever drivers are added, and people review their timelines.
pub const REVIEWED: [Driver; 4] = [LINUX_V4_9, THREAD_V1, LINUX_V6_4, BATCH];

/// All drivers; those that differ in when they report are [`Driver::report_at_ack`] of these.
pub const ALL: &[Driver] = &[
    Driver {
        thread: Some(|queue| Box::pin(linux_v4_2::thread(queue))),
        ..driver!(
            "linux-v4.2",
            "Linux v4.2 to v4.8: only the interrupt handler reads PROD, its thread takes the entries",
            linux_v4_2::handler
        )
    },
    LINUX_V4_9,
    THREAD_V1,
    LINUX_V6_4,
    driver!("xen", "Xen: linux-v4.9 for the Event queue, thread-v1 for the PRI queue", xen::run),
    driver!("openbsd", "OpenBSD: reads PROD before each entry, acknowledges at the end", openbsd::run),
    Driver {
        queues: EVENT_ONLY,
        reports: Reports::Never,
        ..driver!("freebsd", "FreeBSD: takes an entry before it looks, never acknowledges", freebsd::run)
    },
    Driver {
        queues: EVENT_ONLY,
        reports: Reports::Never,
        ..driver!("zephyr", "Zephyr: reads PROD and CONS before each entry, never acknowledges", zephyr::run)
    },
    Driver {
        queues: EVENT_ONLY,
        reports: Reports::Never,
        ..driver!("edk2", "EDK II: one entry each time, never acknowledges", edk2::run)
    },
    Driver {
        queues: EVENT_ONLY,
        ..driver!("qiommu", "qiommu: compares OVFLG with its own acknowledge after the drain", qiommu::run)
    },
    Driver {
        queues: EVENT_ONLY,
        reports: Reports::Never,
        ..driver!("gunyah", "Gunyah: reads PROD once, acknowledges with the first entry", gunyah::run)
    },
    Driver {
        queues: EVENT_ONLY,
        reports: Reports::WhenAcknowledged,
        ..driver!(
            "aienos",
            "AienOS, polled: some entries, then one CONS write with the acknowledge",
            aienos::run
        )
    },
    Driver {
        queues: EVENT_ONLY,
        reports: Reports::WhenAcknowledged,
        ..driver!(
            "drain-faults",
            "polled: an overflow is acknowledged alone; taking entries loses the acknowledge",
            drain_faults::run
        )
    },
    driver!(
        "spec-7.4",
        "section 7.4 literally: the acknowledge goes with the first entry consumed",
        spec_7_4::run
    ),
    driver!("spec-7.4-final", "spec-7.4, then the last CONS write of linux-v6.4", spec_7_4_final::run),
    driver!(
        "ack-on-detect",
        "acknowledges at once when a read of PROD shows the overflow",
        ack_on_detect::run
    ),
    BATCH,
    Driver {
        reports: Reports::WhenAcknowledged,
        ..driver!(
            "leave-one",
            "batch with reports at the acknowledge; a full queue is not emptied without another look",
            leave_one::run
        )
    },
];

/// A name that is no driver's.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownDriver {
    /// There is no such driver at all.
    #[error(
        "no driver named {0}; drivers are {list}; with {SUFFIX} appended, a driver's reports come with the acknowledge",
        list = ALL.iter().map(|driver| driver.name).collect::<Vec<_>>().join(", ")
    )]
    Name(String),
    /// The driver has nothing to report later.
    #[error("{0} never reports an overflow, so there is no {0}{SUFFIX}; say {0}")]
    NeverReports(&'static str),
    /// It reports with the acknowledge as it is.
    #[error("{0} reports an overflow with the acknowledge as it is, so there is no {0}{SUFFIX}; say {0}")]
    ReportsAtAck(&'static str),
}

impl Driver {
    /// Finds a driver by name, with or without `+report-at-ack`.
    ///
    /// # Errors
    ///
    /// When there is no such driver.
    pub fn named(name: &str) -> Result<Self, UnknownDriver> {
        let find = |name| ALL.iter().copied().find(|driver| driver.name == name);
        let unknown = || UnknownDriver::Name(name.to_owned());
        match name.strip_suffix(SUFFIX) {
            Some(base) => find(base).ok_or_else(unknown)?.report_at_ack(),
            None => find(name).ok_or_else(unknown),
        }
    }

    /// The same driver, but for its overflow messages: each comes with the CONS write that acknowledges the overflow,
    /// and not with the PROD read that shows it.
    ///
    /// # Errors
    ///
    /// When that is no other driver.
    pub fn report_at_ack(self) -> Result<Self, UnknownDriver> {
        match self.reports {
            Reports::Never => Err(UnknownDriver::NeverReports(self.name)),
            Reports::WhenAcknowledged => Err(UnknownDriver::ReportsAtAck(self.name)),
            Reports::WhenSeen => Ok(Self { name: self.delayed, reports: Reports::WhenAcknowledged, ..self }),
        }
    }

    /// Whether it has a handler for the queue. Where it has none, nobody takes the entries of the queue.
    pub fn serves(self, queue: Queue) -> bool {
        self.queues.contains(&queue)
    }

    /// Whether its reports were moved to the acknowledge.
    pub(super) fn is_delayed(self) -> bool {
        self.name == self.delayed
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
