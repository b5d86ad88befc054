//! Ids for formats that want UUIDs: version 5, so that the same thing has the same id in every
//! export, and a system that takes one in twice knows it again.

use uuid::Uuid;

/// The namespace of everything that logsieve itself names; invented once, never to change.
const LOGSIEVE: Uuid = Uuid::from_u128(0x1c47_96a7_6f5b_4e0a_9d1c_b3f2_5e8a_7043);

/// The id of the thing of `kind` that is told from others by `fields`.
pub(super) fn uuid(kind: &str, fields: &[&str]) -> Uuid {
    let mut name = Vec::new();
    for field in std::iter::once(&kind).chain(fields) {
        name.extend_from_slice(&(field.len() as u64).to_le_bytes());
        name.extend_from_slice(field.as_bytes());
    }
    Uuid::new_v5(&LOGSIEVE, &name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_do_not_run_into_each_other() {
        let ids = [
            uuid("a", &["b", "c"]),
            uuid("a", &["bc"]),
            uuid("ab", &["c"]),
            uuid("a", &["b", "c", ""]),
        ];
        for (at, id) in ids.iter().enumerate() {
            assert_eq!(id.get_version_num(), 5);
            assert!(!ids[..at].contains(id));
        }
        assert_eq!(uuid("a", &["b"]), uuid("a", &["b"]));
    }
}
