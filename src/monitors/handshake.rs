//! What every port with valid and ready has in common.

/// What a port shows in a cycle, compared with the cycle before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Offered for the first time.
    New,
    /// Still offered, unchanged, or still nothing.
    Same,
    /// Withdrawn or changed before ready.
    Changed,
}

/// What a port offered and was not ready for: it must stay, valid and payload.
pub(super) struct Held<T>(Option<T>);

impl<T> Default for Held<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: PartialEq> Held<T> {
    /// A cycle passes in which the port offers this.
    pub fn look(&mut self, offered: Option<T>, ready: bool) -> Look {
        let look = match (&self.0, &offered) {
            (None, Some(_)) => Look::New,
            (before, offered) if before == offered => Look::Same,
            _ => Look::Changed,
        };
        self.0 = offered.filter(|_| !ready);
        look
    }
}
