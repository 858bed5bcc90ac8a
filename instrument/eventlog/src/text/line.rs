//! One line: `thread|verb(operands)|site|frames`.

use super::TextForm;
use super::escape::unescape;

/// A line's parts, as they stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    form: TextForm,
    /// Counted from one.
    pub(super) number: usize,
    pub(super) thread: &'a str,
    pub(super) verb: &'a str,
    /// Without the parentheses.
    pub(super) operands: Vec<&'a str>,
    pub(super) site: &'a str,
    /// Innermost first.
    pub(super) frames: Vec<&'a str>,
}

impl<'a> Line<'a> {
    /// The parts of a line; `None` for an empty one and a comment.
    pub(super) fn parse(
        text: &'a str,
        number: usize,
        form: TextForm,
    ) -> Result<Option<Self>, String> {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            return Ok(None);
        }
        let fields: Vec<&str> = text.split('|').map(str::trim).collect();
        let (thread, event, site, frames) = match (form, fields.as_slice()) {
            (TextForm::Std, [thread, event, site]) => (*thread, *event, *site, ""),
            (TextForm::Std, _) => return Err("expected `thread|verb(name)|site`".to_owned()),
            (TextForm::Rgt, [thread, event]) => (*thread, *event, "", ""),
            (TextForm::Rgt, [thread, event, site]) => (*thread, *event, *site, ""),
            (TextForm::Rgt, [thread, event, site, frames]) => (*thread, *event, *site, *frames),
            (TextForm::Rgt, _) => {
                return Err("expected `thread|verb(operands)|site|frames`".to_owned());
            }
        };
        let (verb, operands) = match event.split_once('(') {
            None => (event, Vec::new()),
            Some((verb, rest)) => {
                let inside = rest
                    .strip_suffix(')')
                    .ok_or_else(|| format!("expected `)` at the end of `{event}`"))?;
                let operands = match form {
                    // A name may hold anything there.
                    TextForm::Std => vec![inside],
                    TextForm::Rgt => inside.split(',').map(str::trim).collect(),
                };
                (verb.trim(), operands)
            }
        };
        let frames = frames.split(';').map(str::trim);
        Ok(Some(Self {
            form,
            number,
            thread,
            verb,
            operands,
            site,
            frames: frames.filter(|frame| !frame.is_empty()).collect(),
        }))
    }

    /// The only operand, as it stands there.
    pub(super) fn one(&self) -> Result<&'a str, String> {
        match self.operands.as_slice() {
            [name] if !name.is_empty() => Ok(name),
            _ => Err(format!("expected `{}(name)`", self.verb)),
        }
    }

    /// The name that is the only operand.
    pub(super) fn name(&self) -> Result<String, String> {
        self.one().map(|name| self.plain(name))
    }

    /// The name that is the first of two operands, and the second.
    pub(super) fn name_and(&self, second: &str) -> Result<(String, &'a str), String> {
        match self.operands.as_slice() {
            [first, other] if !first.is_empty() => Ok((self.plain(first), other)),
            _ => Err(format!("expected `{}(name,{second})`", self.verb)),
        }
    }

    /// What a part of the line stands for.
    pub(super) fn plain(&self, part: &str) -> String {
        match self.form {
            TextForm::Std => part.to_owned(),
            TextForm::Rgt => unescape(part),
        }
    }
}
