//! The whole of one race, drawn by `annotate-snippets`.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::COLUMNS;
use super::picture::{Mark, View};
use super::story::{Place, Room, Spawn, Story};
use crate::render::words::Severity;

/// Draws one race with as much of each part as there is room for.
pub(super) fn draw(story: &Story, views: &[View], room: Room, colour: bool) -> String {
    let mut groups = vec![accesses(story, views, room)];
    groups.extend(story.spawns.iter().map(|spawn| spawned(spawn, room)));
    groups.push(reason(story, room));
    let help = story.help.iter().take(room.help);
    groups.extend(help.map(|help| Group::with_title(Level::HELP.secondary_title(help.as_str()))));
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let drawn = renderer.term_width(COLUMNS).render(&groups);
    format!("{drawn}\n{}\n", story.closing)
}

fn accesses<'a>(story: &'a Story, views: &'a [View], room: Room) -> Group<'a> {
    let level = match story.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(story.title.as_str())
        .id(story.rule.as_str());
    let mut group = Group::with_title(title);
    for view in views {
        group = group.elements(elements(view));
    }
    let below = below(views);
    if !below.is_empty() {
        group = group.element(Level::NOTE.message(below.join("\n")));
    }
    if !story.stacks.is_empty() {
        group = group.element(Level::NOTE.message(story.stacks.join("\n")));
    }
    let notes = story.notes.iter().take(room.notes);
    group.elements(notes.map(|note| Level::NOTE.message(note.as_str())))
}

/// What the labels had no room for.
fn below(views: &[View]) -> Vec<&str> {
    let marks = views.iter().flat_map(|view| match view {
        View::Source { marks, .. } => marks.as_slice(),
        View::Bare { .. } => &[],
    });
    marks.filter_map(|mark| mark.below.as_deref()).collect()
}

fn elements(view: &View) -> Vec<Element<'_>> {
    match view {
        View::Source {
            file,
            start,
            text,
            marks,
        } => {
            let snippet = Snippet::source(text.as_str())
                .path(file.as_str())
                .line_start(*start)
                .annotations(marks.iter().map(annotation));
            vec![snippet.into()]
        }
        View::Bare { place, label } => {
            let label = Level::NOTE.no_name().message(label.as_str());
            vec![origin(place).into(), label.into()]
        }
    }
}

fn annotation(mark: &Mark) -> annotate_snippets::Annotation<'_> {
    let kind = if mark.second {
        AnnotationKind::Primary
    } else {
        AnnotationKind::Context
    };
    kind.span(mark.span.clone()).label(mark.label.as_str())
}

fn origin(place: &Place) -> Origin<'_> {
    let origin = Origin::path(place.file.as_str());
    match (place.line, place.column) {
        (0, _) => origin,
        (line, 0) => origin.line(line as usize),
        (line, column) => origin.line(line as usize).char_column(column as usize),
    }
}

fn spawned(spawn: &Spawn, room: Room) -> Group<'_> {
    let title = Level::NOTE.secondary_title(spawn.text.as_str());
    Group::with_title(title).elements(spawn.places.iter().take(room.spawns).map(origin))
}

fn reason(story: &Story, room: Room) -> Group<'_> {
    let title = Level::NOTE.secondary_title("nothing orders (1) before (2), or (2) before (1)");
    let mut lines: Vec<&str> = Vec::new();
    lines.extend(story.drawing.iter().take(room.drawing).map(String::as_str));
    lines.extend(story.reason.iter().take(room.reason).map(String::as_str));
    let group = Group::with_title(title);
    if lines.is_empty() {
        group
    } else {
        group.element(Level::NOTE.no_name().message(lines.join("\n")))
    }
}
