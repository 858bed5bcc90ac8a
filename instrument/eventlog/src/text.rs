//! The forms that people write by hand and exchange: `.rgt` and `.std`.
