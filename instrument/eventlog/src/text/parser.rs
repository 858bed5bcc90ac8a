//! From lines to events.
//!
//! A thread begins with its first line and ends before its join, unless lines say
//! so themselves. A lock taken again by its holder counts; only the outermost
//! pair is an event.

use std::collections::{HashMap, HashSet};

use super::cells::Cells;
use super::channels::{Channels, Transfer};
use super::escape::unescape;
use super::line::Line;
use super::memory::{self, Memory};
use super::objects::{LockKind, Objects};
use super::stacks::Stacks;
use super::{TextError, TextForm};
use crate::event::{Event, EventKind};
use crate::id::{NameId, ObjectId, StackId, ThreadId};
use crate::integrity::Integrity;
use crate::tables::{Tables, ThreadInfo, ThreadOrigin};
use crate::trace::Trace;
use crate::validate::{ValidateError, validate};

/// What a declaration calls an origin.
pub(super) const ORIGINS: [(&str, ThreadOrigin); 5] = [
    ("root", ThreadOrigin::Root),
    ("spawned", ThreadOrigin::Spawned),
    ("task", ThreadOrigin::Task),
    ("destructors", ThreadOrigin::Destructors),
    ("foreign", ThreadOrigin::Foreign),
];

/// The trace that a text tells.
pub(super) fn parse(bytes: &[u8], form: TextForm) -> Result<Trace, TextError> {
    let lines = lines(bytes, form)?;
    let mut parser = Parser::new(&lines, form);
    for line in &lines {
        parser.line(line).map_err(|what| TextError {
            line: line.number,
            what,
        })?;
    }
    let (numbers, names) = (parser.numbers, parser.thread_names);
    validate(parser.events, parser.tables, Integrity::default()).map_err(|error| {
        let ValidateError {
            event,
            thread,
            what,
        } = error;
        TextError {
            line: numbers[event],
            what: format!("thread `{}`: {what}", names[thread.index()]),
        }
    })
}

fn lines(bytes: &[u8], form: TextForm) -> Result<Vec<Line<'_>>, TextError> {
    let mut lines = Vec::new();
    for (index, bytes) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let at = |what| TextError {
            line: index + 1,
            what,
        };
        let text = str::from_utf8(bytes).map_err(|_| at("expected UTF-8".to_owned()))?;
        lines.extend(Line::parse(text, index + 1, form).map_err(at)?);
    }
    Ok(lines)
}

/// Whose event, and where.
#[derive(Clone, Copy)]
struct Step {
    thread: ThreadId,
    stack: StackId,
    line: usize,
}

/// A text that is being read.
struct Parser<'a> {
    form: TextForm,
    tables: Tables,
    events: Vec<Event>,
    /// By event: its line.
    numbers: Vec<usize>,
    threads: HashMap<&'a str, ThreadId>,
    thread_names: Vec<String>,
    /// Threads that some line lets begin, and end.
    begins: HashSet<&'a str>,
    ends: HashSet<&'a str>,
    begun: Vec<bool>,
    ended: Vec<bool>,
    cells: Cells,
    memory: Memory,
    names: HashMap<String, NameId>,
    objects: Objects,
    channels: Channels,
    /// Threads that wait in a send for its receive.
    sending: HashSet<ThreadId>,
    /// Who holds a lock, and how often.
    holds: HashMap<ObjectId, (ThreadId, u32)>,
    stacks: Stacks,
}

impl<'a> Parser<'a> {
    fn new(lines: &[Line<'a>], form: TextForm) -> Self {
        let those_who = |verb: &str| {
            lines
                .iter()
                .filter(|line| line.verb == verb)
                .map(|line| line.thread)
                .collect()
        };
        let mut tables = Tables::default();
        let memory = match form {
            TextForm::Std => Memory::default(),
            TextForm::Rgt => Memory::of(lines, &mut tables),
        };
        Self {
            form,
            tables,
            memory,
            events: Vec::with_capacity(lines.len()),
            numbers: Vec::with_capacity(lines.len()),
            threads: HashMap::new(),
            thread_names: Vec::new(),
            begins: those_who("begin"),
            ends: those_who("end"),
            begun: Vec::new(),
            ended: Vec::new(),
            cells: Cells::default(),
            names: HashMap::new(),
            objects: Objects::new(lines),
            channels: Channels::default(),
            sending: HashSet::new(),
            holds: HashMap::new(),
            stacks: Stacks::default(),
        }
    }

    fn line(&mut self, line: &Line<'a>) -> Result<(), String> {
        let stack = self.stacks.of(line, &mut self.tables.stacks);
        if self.form == TextForm::Rgt && self.declaration(line, stack)? {
            return Ok(());
        }
        if line.thread.is_empty() {
            return Err("expected a thread before the first `|`".to_owned());
        }
        let step = Step {
            thread: self.thread(line.thread),
            stack,
            line: line.number,
        };
        if self.sending.contains(&step.thread) {
            return Err(format!(
                "expected the receive of what thread `{}` sends before its next event",
                line.thread
            ));
        }
        if !self.begun[step.thread.index()] && !self.begins.contains(line.thread) {
            self.push(
                Step {
                    stack: StackId::EMPTY,
                    ..step
                },
                EventKind::Begin,
            );
        }
        let told = match self.form {
            TextForm::Std => self.plain(line, step)?,
            TextForm::Rgt => {
                self.plain(line, step)? || self.objects(line, step)? || self.channel(line, step)?
            }
        };
        if told {
            return Ok(());
        }
        let known = match self.form {
            TextForm::Std => "r, w, acq, rel, fork, join, begin, end",
            TextForm::Rgt => {
                "r, w, rmem, wmem, ruse, wuse, forget, acq, rel, racq, rrel, req, rreq, ld, st, rmw, \
                 fence, signal, wait, post, xchg, chan, send, recv, close, recvclosed, fork, join, \
                 begin, end, tbegin, tend, mark, cell, memory, object, thread"
            }
        };
        Err(format!("expected one of {known}, found `{}`", line.verb))
    }

    /// Lines that are no events.
    fn declaration(&mut self, line: &Line<'a>, stack: StackId) -> Result<bool, String> {
        match line.verb {
            "cell" => self.cells.declare(&mut self.tables, line, stack)?,
            "object" => self.objects.declare(&mut self.tables, line, stack)?,
            "thread" => self.declare_thread(line)?,
            "memory" => memory::check_name(line)?,
            "chan" => {
                let (name, capacity) = line.name_and("capacity")?;
                self.channels.declare(&mut self.tables, name, capacity)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The verbs of both forms.
    fn plain(&mut self, line: &Line<'a>, step: Step) -> Result<bool, String> {
        match line.verb {
            "r" => {
                let extent = self.cells.extent(&mut self.tables, line)?;
                self.push(step, EventKind::Read(extent));
            }
            "w" => {
                let extent = self.cells.extent(&mut self.tables, line)?;
                self.push(step, EventKind::Write(extent));
            }
            "acq" => self.acquire(line.name()?, step),
            "rel" => self.release(line.name()?, step),
            "fork" => {
                let child = self.thread(line.one()?);
                let origin = &mut self.tables.threads[child.index()].origin;
                if *origin == ThreadOrigin::Root {
                    *origin = ThreadOrigin::Spawned;
                }
                self.push(step, EventKind::Fork(child));
            }
            "join" => self.join(line.one()?, step),
            "begin" => self.push(step, EventKind::Begin),
            "end" => self.push(step, EventKind::End),
            // RAPID's event without a meaning.
            "dummy" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The verbs of locks, atomics, and objects in general.
    fn objects(&mut self, line: &Line<'a>, step: Step) -> Result<bool, String> {
        if let Some(kind) = self.memory.event(&self.tables, line)? {
            self.push(step, kind);
            return Ok(true);
        }
        if let Some(kind) = self.objects.event(&mut self.tables, line)? {
            self.push(step, kind);
            return Ok(true);
        }
        let kind = match line.verb {
            "forget" => EventKind::Forget(self.cells.extent(&mut self.tables, line)?),
            "tbegin" => EventKind::BlockBegin(self.mark_name(line)),
            "tend" => EventKind::BlockEnd(self.mark_name(line)),
            "mark" => EventKind::Mark(self.mark_name(line)),
            _ => return Ok(false),
        };
        self.push(step, kind);
        Ok(true)
    }

    fn channel(&mut self, line: &Line<'a>, step: Step) -> Result<bool, String> {
        let verb = line.verb;
        if !["send", "recv", "close", "recvclosed"].contains(&verb) {
            return Ok(false);
        }
        let channel = self.channels.named(&line.name()?)?;
        let transfer = match verb {
            "close" => {
                let kind = EventKind::Release(channel.close()?);
                self.push(step, kind);
                return Ok(true);
            }
            "recvclosed" => {
                let kind = EventKind::Acquire(channel.receive_closed()?);
                self.push(step, kind);
                return Ok(true);
            }
            "send" => channel.send(&mut self.tables, step.thread)?,
            _ => channel.receive(&mut self.tables)?,
        };
        match transfer {
            Transfer::Slot(slot) => self.push(step, EventKind::Exchange(slot)),
            Transfer::Rendezvous(meeting) if verb == "send" => {
                self.sending.insert(step.thread);
                self.push(step, EventKind::Release(meeting.sent));
            }
            Transfer::Rendezvous(meeting) => {
                self.sending.remove(&meeting.sender);
                self.push(step, EventKind::Acquire(meeting.sent));
                self.push(step, EventKind::Release(meeting.received));
                let sender = Step {
                    thread: meeting.sender,
                    ..step
                };
                self.push(sender, EventKind::Acquire(meeting.received));
            }
        }
        Ok(true)
    }

    fn push(&mut self, step: Step, kind: EventKind) {
        let index = step.thread.index();
        self.begun[index] = true;
        self.ended[index] |= kind == EventKind::End;
        self.numbers.push(step.line);
        self.events.push(Event {
            thread: step.thread,
            stack: step.stack,
            kind,
        });
    }

    fn acquire(&mut self, name: String, step: Step) {
        let lock = self.objects.lock(&mut self.tables, name);
        let kind = LockKind::of(&self.tables, lock);
        if kind != LockKind::Other {
            let (holder, depth) = self.holds.entry(lock).or_insert((step.thread, 0));
            if *holder == step.thread && *depth > 0 {
                *depth += 1;
                return;
            }
            (*holder, *depth) = (step.thread, 1);
        }
        self.push(step, EventKind::Acquire(lock));
        if let LockKind::RwLock { readers } = kind {
            self.push(step, EventKind::Acquire(readers));
        }
    }

    fn release(&mut self, name: String, step: Step) {
        let lock = self.objects.lock(&mut self.tables, name);
        if let Some((holder, depth)) = self.holds.get_mut(&lock) {
            if *holder == step.thread && *depth > 1 {
                *depth -= 1;
                return;
            }
            self.holds.remove(&lock);
        }
        self.push(step, EventKind::Release(lock));
    }

    fn join(&mut self, name: &'a str, step: Step) {
        let child = self.thread(name);
        let acted = self.begun[child.index()] && !self.ended[child.index()];
        if acted && child != step.thread && !self.ends.contains(name) {
            let end = Step {
                thread: child,
                stack: StackId::EMPTY,
                ..step
            };
            self.push(end, EventKind::End);
        }
        self.push(step, EventKind::Join(child));
    }

    fn declare_thread(&mut self, line: &Line<'a>) -> Result<(), String> {
        let [name, origin] = line.operands.as_slice() else {
            return Err("expected `thread(name,origin)`".to_owned());
        };
        let known = ORIGINS.iter().find(|(known, _)| known == origin);
        let Some((_, origin)) = known else {
            return Err(format!(
                "expected root, spawned, task, destructors or foreign, found `{origin}`"
            ));
        };
        let thread = self.thread(name);
        self.tables.threads[thread.index()].origin = *origin;
        Ok(())
    }

    /// The name of a mark or a block, which may be empty.
    fn mark_name(&mut self, line: &Line<'a>) -> NameId {
        let text = line
            .operands
            .first()
            .map_or(String::new(), |name| line.plain(name));
        let names = &mut self.tables.names;
        *self.names.entry(text.clone()).or_insert_with(|| {
            names.push(text);
            NameId::new(u32::try_from(names.len() - 1).expect("a text has fewer lines"))
        })
    }

    fn thread(&mut self, name: &'a str) -> ThreadId {
        let (tables, names) = (&mut self.tables, &mut self.thread_names);
        let (begun, ended) = (&mut self.begun, &mut self.ended);
        let plain = match self.form {
            TextForm::Std => name.to_owned(),
            TextForm::Rgt => unescape(name),
        };
        *self.threads.entry(name).or_insert_with(|| {
            let index = u32::try_from(tables.threads.len()).expect("a text has fewer lines");
            names.push(name.to_owned());
            begun.push(false);
            ended.push(false);
            tables.threads.push(ThreadInfo {
                name: Some(plain),
                origin: ThreadOrigin::Root,
            });
            ThreadId::new(index)
        })
    }
}
