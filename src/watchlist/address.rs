//! Address ranges, and the addresses of a text.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use super::boundary::{Class, Reader};
use super::names::NameIndex;

/// A range of addresses: a network and the length of its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    network: IpAddr,
    prefix: u8,
}

impl Range {
    /// `203.0.113.0/24`, `2001:db8::/32`, or one address.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let network = address.trim().parse::<IpAddr>().ok()?;
        let width = if network.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Some(width), |prefix| prefix.trim().parse().ok())?;
        (prefix <= width).then_some(Self { network, prefix })
    }
}

/// Ranges by the length of their prefix: a look-up costs one step for each length in use.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    /// Longest prefix first.
    lengths: Vec<(Family, u8)>,
    networks: HashMap<(Family, u8, u128), Vec<NameIndex>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Family {
    V4,
    V6,
}

impl Ranges {
    pub(super) fn add(&mut self, range: Range, name: NameIndex) {
        let (family, bits) = bits(range.network);
        if !self.lengths.contains(&(family, range.prefix)) {
            self.lengths.push((family, range.prefix));
            self.lengths.sort_by_key(|&(_, prefix)| std::cmp::Reverse(prefix));
        }
        let key = (family, range.prefix, masked(bits, range.prefix));
        self.networks.entry(key).or_default().push(name);
    }

    /// The ranges that `address` lies in, the narrowest first.
    pub(super) fn find(&self, address: IpAddr) -> impl Iterator<Item = NameIndex> {
        let (family, bits) = bits(address.to_canonical());
        let lengths = self.lengths.iter().filter(move |(of, _)| *of == family);
        lengths
            .filter_map(move |&(_, prefix)| {
                self.networks.get(&(family, prefix, masked(bits, prefix)))
            })
            .flatten()
            .copied()
    }

    pub(super) fn have_v4(&self) -> bool {
        self.lengths.iter().any(|(family, _)| *family == Family::V4)
    }

    pub(super) fn have_v6(&self) -> bool {
        self.lengths.iter().any(|(family, _)| *family == Family::V6)
    }
}

/// The bits of an address, from the highest bit of the number on.
fn bits(address: IpAddr) -> (Family, u128) {
    match address {
        IpAddr::V4(address) => (Family::V4, u128::from(address.to_bits()) << 96),
        IpAddr::V6(address) => (Family::V6, address.to_bits()),
    }
}

fn masked(bits: u128, prefix: u8) -> u128 {
    bits & u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0)
}

/// The IPv4 address that begins at `start` and stands by itself, with its end.
pub(super) fn address_at(reader: Reader<'_>, start: usize) -> Option<(Ipv4Addr, usize)> {
    let rest = reader.text.get(start..)?;
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    // Sixteen: one more than the longest, so that a longer run does not parse.
    let length = rest.iter().take(16).take_while(|byte| is_part(byte)).count();
    let run = rest.get(..length)?;
    let digits = run.iter().rposition(u8::is_ascii_digit)? + 1;
    let run = run.get(..digits)?;
    let address = std::str::from_utf8(run).ok()?.parse().ok()?;
    let end = start + run.len();
    reader.may_end(end).then_some((address, end))
}

/// Where the address whose first dot may be at `dot` begins.
pub(super) fn address_start(reader: Reader<'_>, dot: usize) -> Option<usize> {
    let before = reader.text.get(..dot)?;
    let digits = before.iter().rev().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let start = dot - digits;
    let part_of_more =
        reader.before(start).class == Class::Dot && reader.before(start - 1).class == Class::Label;
    ((1..=3).contains(&digits) && reader.may_begin(start) && !part_of_more).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_their_addresses() {
        let table = [
            ("203.0.113.0/24", "203.0.113.255", true),
            ("203.0.113.0/24", "203.0.114.0", false),
            ("203.0.113.77/24", "203.0.113.1", true),
            ("203.0.113.7", "203.0.113.7", true),
            ("203.0.113.7", "203.0.113.8", false),
            ("0.0.0.0/0", "198.51.100.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("203.0.113.0/24", "::ffff:203.0.113.5", true),
        ];
        for (range, address, inside) in table {
            let mut ranges = Ranges::default();
            ranges.add(Range::parse(range).unwrap(), NameIndex(0));
            assert_eq!(
                ranges.find(address.parse().unwrap()).count() == 1,
                inside,
                "{range} {address}"
            );
        }
        for bad in ["203.0.113.0/33", "203.0.113/24", "x", "", "2001:db8::/129", "203.0.113.0/-1"] {
            assert_eq!(Range::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_narrowest_range_comes_first() {
        let mut ranges = Ranges::default();
        for (number, range) in
            ["203.0.0.0/16", "203.0.113.0/24", "203.0.113.8/30"].iter().enumerate()
        {
            ranges.add(Range::parse(range).unwrap(), NameIndex(number as u32));
        }
        let found: Vec<_> =
            ranges.find("203.0.113.9".parse().unwrap()).map(|name| name.0).collect();
        assert_eq!(found, [2, 1, 0]);
    }
}
