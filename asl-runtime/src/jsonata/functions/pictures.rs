//! Pictures are constants nearly always, so that each is read once and kept.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use smol_str::SmolStr;

use super::{dates, format_number, integers};
use crate::jsonata::Error;

/// Pictures of one kind that a thread keeps. With more it starts anew, in case they are no constants after all.
const MAX_COUNT: usize = 64;

/// Longer ones are not kept.
const MAX_LENGTH: usize = 128;

/// The pictures of a thread, by their texts.
struct Kept<T>(RefCell<HashMap<SmolStr, Rc<T>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T> Kept<T> {
    fn get(&self, text: &str, read: impl FnOnce(&str) -> Result<T, Error>) -> Result<Rc<T>, Error> {
        if let Some(known) = self.0.borrow().get(text) {
            return Ok(known.clone());
        }
        let picture = Rc::new(read(text)?);
        if text.len() <= MAX_LENGTH {
            let mut kept = self.0.borrow_mut();
            if kept.len() >= MAX_COUNT {
                kept.clear();
            }
            kept.insert(text.into(), picture.clone());
        }
        Ok(picture)
    }
}

thread_local! {
    static DATES: Kept<dates::Picture> = Kept::default();
    static INTEGERS: Kept<integers::Picture> = Kept::default();
    static NUMBERS: Kept<format_number::Picture> = Kept::default();
}

/// A picture of points in time.
///
/// # Errors
/// Those of [`dates::Picture::read`].
pub(super) fn of_dates(text: &str) -> Result<Rc<dates::Picture>, Error> {
    DATES.with(|kept| kept.get(text, dates::Picture::read))
}

/// A picture of integers.
///
/// # Errors
/// Those of [`integers::Picture::read`].
pub(super) fn of_integers(text: &str) -> Result<Rc<integers::Picture>, Error> {
    INTEGERS.with(|kept| kept.get(text, integers::Picture::read))
}

/// A picture of numbers with the symbols that there are without options.
///
/// # Errors
/// Those of [`format_number::Picture::read`].
pub(super) fn of_numbers(
    text: &str,
    symbols: &format_number::Symbols,
) -> Result<Rc<format_number::Picture>, Error> {
    NUMBERS.with(|kept| kept.get(text, |text| format_number::Picture::read(text, symbols)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_read_once() {
        let first = of_integers("#,##0").unwrap();
        assert!(Rc::ptr_eq(&first, &of_integers("#,##0").unwrap()));
        let other = of_integers("0").unwrap();
        assert!(!Rc::ptr_eq(&first, &other));
        // What is wrong stays so.
        assert_eq!(of_dates("[").unwrap_err().code(), "D3135");
        assert_eq!(of_dates("[").unwrap_err().code(), "D3135");
    }

    #[test]
    fn not_too_many_are_kept() {
        let kept = Kept::<String>::default();
        for number in 0..1000 {
            kept.get(&number.to_string(), |text| Ok(text.to_owned())).unwrap();
            assert!(kept.0.borrow().len() <= MAX_COUNT);
        }
        kept.get(&"x".repeat(MAX_LENGTH + 1), |text| Ok(text.to_owned()))
            .unwrap();
        assert!(kept.0.borrow().keys().all(|text| text.len() <= MAX_LENGTH));
    }
}
