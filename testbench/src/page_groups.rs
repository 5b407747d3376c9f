//! A device that asks for pages in groups: it keeps to its credits if it has any, and asks again for what it was told
//! it could use and cannot.

use std::collections::VecDeque;

use smmuq_golden::{PrgResponse, PriMessage};

/// Groups of one device that wait for their response at a time at most: those that PRGIndex can tell apart.
const INDICES: u16 = 1 << 9;
const PAGE: u64 = 4096;

/// How a group ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// All of its pages are mapped.
    Granted,
    /// It was refused.
    Denied,
    /// It was answered with Success, and some page is not mapped: it can be asked for again.
    Unserved,
}

/// A group by its number; its pages follow from that.
#[derive(Clone, Copy)]
struct Asked {
    group: u64,
    index: u16,
}

/// The device.
pub(crate) struct PageDevice {
    stream_id: u32,
    pages: u64,
    /// Page requests that may still be sent before a response; without it there is no limit (P4).
    credits: Option<u64>,
    to_ask: VecDeque<u64>,
    asked: Vec<Asked>,
    unserved: Vec<u64>,
    next_index: u16,
}

impl PageDevice {
    pub fn new(stream_id: u32, groups: u64, pages: u64, credits: Option<u64>) -> Self {
        let to_ask = (0..groups).collect();
        Self { stream_id, pages, credits, to_ask, asked: Vec::new(), unserved: Vec::new(), next_index: 0 }
    }

    /// The requests of the groups for which there are credits; they count as asked for.
    pub fn send(&mut self) -> Vec<PriMessage> {
        let mut messages = Vec::new();
        while self.asked.len() < usize::from(INDICES)
            && self.credits.is_none_or(|credits| credits >= self.pages)
            && let Some(group) = self.to_ask.pop_front()
        {
            if let Some(credits) = &mut self.credits {
                *credits -= self.pages;
            }
            let index = self.free_index();
            self.asked.push(Asked { group, index });
            messages.extend(self.requests(group, index));
        }
        messages
    }

    fn free_index(&mut self) -> u16 {
        let taken = |index| self.asked.iter().any(|asked| asked.index == index);
        let free = (0..INDICES).map(|step| (self.next_index + step) % INDICES).find(|&index| !taken(index));
        let index = free.unwrap_or_default();
        self.next_index = (index + 1) % INDICES;
        index
    }

    fn requests(&self, group: u64, index: u16) -> impl Iterator<Item = PriMessage> {
        let (stream_id, pages) = (self.stream_id, self.pages);
        (0..pages).map(move |page| {
            let address = (group * pages + page) * PAGE;
            PriMessage::new(stream_id, index, address)
                .with_read(true)
                .with_write(true)
                .with_last(page + 1 == pages)
        })
    }

    /// A response comes; nothing if it is for no group of this device. The credits of the group come back.
    pub fn answered(&mut self, response: PrgResponse, mapped: impl Fn(u32, u64) -> bool) -> Option<Ended> {
        let of_group = |asked: &Asked| asked.index == response.index;
        let at = self.asked.iter().position(of_group).filter(|_| response.stream_id == self.stream_id)?;
        let Asked { group, .. } = self.asked.remove(at);
        if let Some(credits) = &mut self.credits {
            *credits += self.pages;
        }
        if response.code != PrgResponse::SUCCESS {
            return Some(Ended::Denied);
        }
        let mut pages = (0..self.pages).map(|page| (group * self.pages + page) * PAGE);
        if pages.all(|page| mapped(self.stream_id, page)) {
            return Some(Ended::Granted);
        }
        self.unserved.push(group);
        Some(Ended::Unserved)
    }

    /// The groups that were not served will be asked for again, before all others. How many those are.
    pub fn ask_again(&mut self) -> u64 {
        let groups = self.unserved.len() as u64;
        for group in self.unserved.drain(..).rev() {
            self.to_ask.push_front(group);
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn success(index: u16) -> PrgResponse {
        PrgResponse { stream_id: 5, substream_id: None, index, code: PrgResponse::SUCCESS }
    }

    #[test]
    fn credits_come_back_with_the_response() {
        let mut device = PageDevice::new(5, 3, 2, Some(5));
        let sent = device.send();
        let lasts: Vec<_> = sent.iter().map(|message| (message.prg_index(), message.last())).collect();
        assert_eq!(lasts, [(0, false), (0, true), (1, false), (1, true)]);
        assert_eq!(device.answered(success(7), |_, _| true), None);
        assert_eq!(device.answered(success(1), |_, _| true), Some(Ended::Granted));
        assert_eq!(device.send().len(), 2);
        assert_eq!(device.send().len(), 0);
    }

    #[test]
    fn what_is_not_mapped_is_asked_for_again() {
        let mut device = PageDevice::new(5, 2, 2, None);
        let first = device.send();
        assert_eq!(device.answered(success(0), |_, page| page == 0), Some(Ended::Unserved));
        assert_eq!(device.ask_again(), 1);
        let again: Vec<_> = device.send().iter().map(|message| message.page_address()).collect();
        assert_eq!(again, [first[0].page_address(), first[1].page_address()]);
        let denied = PrgResponse { code: PrgResponse::FAILURE, ..success(1) };
        assert_eq!(device.answered(denied, |_, _| true), Some(Ended::Denied));
    }
}
