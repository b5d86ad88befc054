//! What a unit may hold.

use super::*;
use crate::artefact::End;
use crate::pipeline::settings::ReadOptions;
use crate::pipeline::window::Windows;
use crate::secret::Key;
use crate::watchlist::Watchlist;

fn settings() -> Settings {
    let list = Watchlist::from_bytes("list.txt", b"example.com\n").unwrap();
    let key = Key::from_bytes(b"a key for tests only".to_vec()).unwrap();
    let scope = Scope::Exposures(std::sync::Arc::new(list.compile()));
    Settings::new(scope, key, ReadOptions::default())
}

/// Of a million notes of ten bytes, what is known about them is what takes memory.
#[test]
fn small_texts_are_not_held_back_without_end() {
    let settings = settings();
    let mut unit = Unit::new(&settings, UnitKind::Log);
    for number in 0..100_000 {
        let entry = unit.begin(format!("{number}.txt"), Vec::new(), Role::Grabbed);
        let mut windows = Windows::new(Encoding::AsciiBased, Hint::Grabbed);
        windows.push(b"some note\n");
        windows.finish(End::OfText);
        unit.text(entry, windows.next().unwrap());
        unit.read();
    }
    assert!(unit.weight() < 2 * HOLD_BYTES, "{}", unit.weight());
    assert!(unit.held.len() < 100_000);
}
