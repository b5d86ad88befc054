//! Columns of fixed width: where they begin, and how a row is cut there.

/// The parts of `line` that at least two spaces keep apart, each with the character that it begins
/// at.
pub(super) fn words_apart(line: &[u8]) -> Vec<(usize, &[u8])> {
    let mut cells = Vec::new();
    let mut start = line.iter().take_while(|&&byte| byte == b' ').count();
    let mut character = start;
    while let Some(rest) = line.get(start..).filter(|rest| !rest.is_empty()) {
        let length = memchr::memmem::find(rest, b"  ").unwrap_or(rest.len());
        let cell = rest.get(..length).unwrap_or_default();
        cells.push((character, cell));
        let spaces = rest.iter().skip(length).take_while(|&&byte| byte == b' ').count();
        start += length + spaces;
        character += spaces + characters(cell);
    }
    cells
}

/// The cells of `line`, without blanks round them, for columns that begin at the characters
/// `starts`. A value that is too long for its column ends at its first space behind that, and the
/// rest of the row stands as much further to the right. None where the columns are others.
pub(super) fn cut<'t>(starts: &[usize], line: &'t [u8]) -> Option<Vec<&'t [u8]>> {
    let mut cells = Vec::with_capacity(starts.len());
    let (indent, mut rest) = split_at_character(line, *starts.first()?);
    if !indent.trim_ascii().is_empty() {
        return None;
    }
    for (start, next) in starts.iter().zip(starts.iter().skip(1)) {
        let (cell, behind) = split_column(rest, next.saturating_sub(*start));
        let cell = cell.trim_ascii();
        // Spaces inside a cell: the values stand in columns, but not in these.
        if memchr::memmem::find(cell, b"  ").is_some() {
            return None;
        }
        cells.push(cell);
        rest = behind;
    }
    cells.push(rest.trim_ascii());
    Some(cells)
}

/// The first column of `rest`, at least `width` characters with the space at its end, and what is
/// behind it.
fn split_column(rest: &[u8], width: usize) -> (&[u8], &[u8]) {
    let (cell, behind) = split_at_character(rest, width);
    if behind.is_empty() || cell.last() == Some(&b' ') {
        return (cell, behind);
    }
    let end = memchr::memchr(b' ', behind).map_or(rest.len(), |space| cell.len() + space + 1);
    rest.split_at_checked(end).unwrap_or((rest, &[]))
}

fn split_at_character(text: &[u8], index: usize) -> (&[u8], &[u8]) {
    let is_start = |&(_, byte): &(usize, &u8)| is_first_of_character(*byte);
    let end = text.iter().enumerate().filter(is_start).nth(index);
    text.split_at_checked(end.map_or(text.len(), |(offset, _)| offset)).unwrap_or((text, &[]))
}

fn characters(text: &[u8]) -> usize {
    text.iter().filter(|&&byte| is_first_of_character(byte)).count()
}

fn is_first_of_character(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells of `row` below a head of three columns, eight wide, joined by `|`.
    fn cells(row: &str) -> Option<String> {
        let starts: Vec<usize> =
            words_apart(b"URL     User    Pass").iter().map(|cell| cell.0).collect();
        let cells = cut(&starts, row.as_bytes())?;
        Some(cells.iter().map(|cell| String::from_utf8_lossy(cell)).collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn rows_are_cut_where_the_head_says() {
        for (row, expected) in [
            ("a.test  user1   pass1", Some("a.test|user1|pass1")),
            ("a.test          pass1", Some("a.test||pass1")),
            ("a.test  user1", Some("a.test|user1|")),
            ("a.test  us er1  pa  ss:1  ", Some("a.test|us er1|pa  ss:1")),
            ("a.test  \u{fc}ser1   pass1", Some("a.test|\u{fc}ser1|pass1")),
            // Seven characters fill the column, eight push the rest to the right.
            ("ab.test user1   pass1", Some("ab.test|user1|pass1")),
            ("abc.test user1   pass1", Some("abc.test|user1|pass1")),
            ("abcdefgh.test user1   pass1", Some("abcdefgh.test|user1|pass1")),
            ("abcdefgh.test         pass1", Some("abcdefgh.test||pass1")),
            ("abcdefgh.test user12345 pass1", Some("abcdefgh.test|user12345|pass1")),
            ("abcdefgh.test", Some("abcdefgh.test||")),
            ("", Some("||")),
            ("a  b  c", None),
        ] {
            assert_eq!(cells(row).as_deref(), expected, "{row}");
        }
    }
}
