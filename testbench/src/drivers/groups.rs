//! Page request groups of which the driver has taken a part.

use std::collections::BTreeMap;

use smmuq_golden::PriMessage;

/// The pages of each group so far, by StreamID and PRGIndex.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Groups(BTreeMap<(u32, u16), Vec<u64>>);

impl Groups {
    /// Adds a page request. The pages of its group, if it is the last one. A Stop PASID marker asks for nothing (P2).
    pub fn add(&mut self, message: PriMessage) -> Option<Vec<u64>> {
        if message.is_stop_marker() {
            return None;
        }
        let group = (message.stream_id(), message.prg_index());
        self.0.entry(group).or_default().push(message.page_address());
        if message.last() { self.0.remove(&group) } else { None }
    }

    /// Forgets the groups that have no last page request. How many those were.
    pub fn clear(&mut self) -> u64 {
        std::mem::take(&mut self.0).len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_complete_with_its_last_page() {
        let mut groups = Groups::default();
        let page = |index, page| PriMessage::new(7, index, page).with_read(true);
        assert_eq!(groups.add(page(1, 0x1000)), None);
        assert_eq!(groups.add(page(2, 0x5000).with_last(true)), Some(vec![0x5000]));
        assert_eq!(groups.add(PriMessage::stop_marker(7, 1)), None);
        assert_eq!(groups.add(page(1, 0x2000).with_last(true)), Some(vec![0x1000, 0x2000]));
        assert_eq!(groups.add(page(3, 0x3000)), None);
        assert_eq!(groups.clear(), 1);
        assert_eq!(groups.add(page(3, 0x4000).with_last(true)), Some(vec![0x4000]));
    }
}
