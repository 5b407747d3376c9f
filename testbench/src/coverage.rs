//! Which situations runs have met: functional bins, filled by the lock-step as it follows.

mod bins;
mod observe;

use std::collections::BTreeMap;

use bins::BINS;
pub use bins::Bin;
pub(crate) use observe::{Before, Cycle};

/// How often each bin was hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    hits: Vec<u64>,
}

impl Default for Coverage {
    fn default() -> Self {
        Self { hits: vec![0; BINS.len()] }
    }
}

impl Coverage {
    /// Every bin with its hits, in order.
    pub fn bins(&self) -> impl Iterator<Item = (&'static Bin, u64)> {
        BINS.iter().zip(self.hits.iter().copied())
    }

    /// Adds what other runs have hit, up to the largest number there is.
    pub fn add(&mut self, other: &Self) {
        for (hits, more) in self.hits.iter_mut().zip(&other.hits) {
            *hits = hits.saturating_add(*more);
        }
    }

    /// Bins hit, and bins that can be hit.
    pub fn reached(&self) -> (usize, usize) {
        let possible = self.bins().filter(|(bin, _)| bin.excluded.is_none());
        possible.fold((0, 0), |(hit, all), (_, hits)| (hit + usize::from(hits > 0), all + 1))
    }

    /// The hits by the names of the bins, `group: bin`.
    pub fn by_name(&self) -> BTreeMap<String, u64> {
        self.bins().map(|(bin, hits)| (bin.full_name(), hits)).collect()
    }

    /// The same from names.
    ///
    /// # Errors
    /// The first name that no bin has.
    pub fn from_names(named: &BTreeMap<String, u64>) -> Result<Self, String> {
        let mut coverage = Self::default();
        for (name, &hits) in named {
            let at = BINS.iter().position(|bin| bin.full_name() == *name).ok_or_else(|| name.clone())?;
            coverage.hits[at] = hits;
        }
        Ok(coverage)
    }

    fn hit(&mut self, bin: usize) {
        self.hits[bin] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_lead_back() {
        let mut coverage = Coverage::default();
        for bin in 0..BINS.len() {
            coverage.hits[bin] = bin as u64;
        }
        assert_eq!(coverage.by_name().len(), BINS.len());
        assert_eq!(Coverage::from_names(&coverage.by_name()), Ok(coverage));
        let unknown = BTreeMap::from([("nothing: at all".to_owned(), 1)]);
        assert_eq!(Coverage::from_names(&unknown), Err("nothing: at all".to_owned()));
    }

    #[test]
    fn sums_end_at_the_largest_number() {
        let all = Coverage { hits: vec![u64::MAX; BINS.len()] };
        let mut sum = all.clone();
        sum.add(&all);
        assert_eq!(sum, all);
    }
}
