//! Sites and frames of a text as stack nodes, each once.

use std::collections::HashMap;

use super::escape::escape_text;
use super::line::Line;
use crate::id::StackId;
use crate::stack::{Site, StackNode, StackTable};

/// The stacks of a text that is being read.
#[derive(Default)]
pub(super) struct Stacks {
    frames: HashMap<(StackId, String), StackId>,
    sites: HashMap<(StackId, String), StackId>,
}

impl Stacks {
    /// The stack of a line.
    pub(super) fn of(&mut self, line: &Line<'_>, table: &mut StackTable) -> StackId {
        let mut parent = StackId::EMPTY;
        for frame in line.frames.iter().rev() {
            let text = line.plain(frame);
            let key = (parent, text.clone());
            parent = *self
                .frames
                .entry(key)
                .or_insert_with(|| table.push(StackNode::Text { parent, text }));
        }
        if line.site.is_empty() {
            return parent;
        }
        let key = (parent, line.site.to_owned());
        *self.sites.entry(key).or_insert_with(|| {
            let site = site(line.plain(line.site));
            table.push(StackNode::Site { parent, site })
        })
    }
}

/// `file:line`, `file:line:column`, or any text.
fn site(text: String) -> Site {
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<u32>().ok());
    let mut parts = text.rsplitn(3, ':');
    let (last, middle, first) = (parts.next(), parts.next(), parts.next());
    if let (Some(file), Some(line), Some(column)) = (first, number(middle), number(last))
        && line > 0
    {
        let file = file.to_owned();
        return Site { file, line, column };
    }
    if let Some((file, last)) = text.rsplit_once(':')
        && let Some(line) = number(Some(last)).filter(|line| *line > 0)
    {
        let file = file.to_owned();
        let column = 0;
        return Site { file, line, column };
    }
    Site {
        file: text,
        line: 0,
        column: 0,
    }
}

/// The site field and the frames field of a stack. A frame that is an address is
/// told as one; one whose callers are unknown is followed by `...`.
pub(super) fn fields(table: &StackTable, stack: StackId) -> (String, String) {
    let mut told = String::new();
    let mut frames = Vec::new();
    for (at, (_, node)) in table.walk(stack).enumerate() {
        match node {
            StackNode::Site { site, .. } if at == 0 => told = site_text(site),
            StackNode::Site { site, .. } => frames.push(site_text(site)),
            StackNode::Address { address, .. } => frames.push(format!("{address:#x}")),
            StackNode::Text { text, .. } => frames.push(text.clone()),
            StackNode::Cut => frames.push("...".to_owned()),
            StackNode::Root => {}
        }
    }
    let frames: Vec<String> = frames.iter().map(|frame| escape_text(frame)).collect();
    (escape_text(&told), frames.join(";"))
}

/// `file:line:column`, as far as it is known.
pub(super) fn site_text(site: &Site) -> String {
    match (site.line, site.column) {
        (0, _) => site.file.clone(),
        (line, 0) => format!("{}:{line}", site.file),
        (line, column) => format!("{}:{line}:{column}", site.file),
    }
}
