//! A lock-free structure in several builds of one source, and what each must show.
//!
//! **Invariant:** the builds of a structure differ from its correct one in one ordering, or
//! in one step of its protocol, and in nothing else.

use crate::verdict;

/// A structure.
pub(crate) struct Structure {
    /// What it is called.
    pub(crate) name: &'static str,
    /// The file that it is written in, as the compiler calls it.
    pub(crate) file: &'static str,
    /// What that file says.
    pub(crate) source: &'static str,
    /// Its builds.
    pub(crate) builds: &'static [Build],
}

/// One build, put to use.
pub(crate) struct Build {
    /// In what it differs from the correct one.
    pub(crate) name: &'static str,
    /// The model: what one execution of it does.
    pub(crate) program: fn(),
    /// What must come of it.
    pub(crate) verdict: Verdict,
}

/// What comes of a build.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Verdict {
    /// Nothing races, in any execution.
    Clean,
    /// Two accesses race in every execution, whatever its schedule.
    Race(Race),
    /// It is wrong, and an execution in which each load finds the latest store does not
    /// show it. Why not, in a word.
    Unseen(&'static str),
}

/// What a report must tell of a race. The comments name the only lines of the file that
/// end in them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Race {
    /// The comments of both accesses.
    pub(crate) accesses: [&'static str; 2],
    /// The comment of the operation that is too weak, if it is one that is.
    pub(crate) too_weak: Option<&'static str>,
}

impl Verdict {
    /// A race for which one operation's ordering is to blame.
    pub(crate) const fn race(accesses: [&'static str; 2], too_weak: &'static str) -> Self {
        Self::Race(Race {
            accesses,
            too_weak: Some(too_weak),
        })
    }
}

/// How many builds of each kind were judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) clean: usize,
    pub(crate) races: usize,
    pub(crate) unseen: usize,
}

impl Structure {
    /// Holds every build to its verdict.
    pub(crate) fn judged(&self) -> Tally {
        let mut tally = Tally::default();
        for build in self.builds {
            let name = format!("{}: {}", self.name, build.name);
            match build.verdict {
                Verdict::Clean => {
                    verdict::assert_clean(&name, build.program);
                    tally.clean += 1;
                }
                Verdict::Race(race) => {
                    let accesses = race.accesses.map(|comment| self.place(comment));
                    let too_weak = race.too_weak.map(|comment| self.place(comment));
                    verdict::assert_racy(&name, build.program, accesses, too_weak);
                    tally.races += 1;
                }
                Verdict::Unseen(reason) => {
                    verdict::assert_unseen(&format!("{name} ({reason})"), build.program);
                    tally.unseen += 1;
                }
            }
        }
        tally
    }

    /// The only line that ends in a comment.
    fn place(&self, comment: &str) -> Place {
        let ending = format!("// {comment}");
        let lines = self.source.lines().enumerate();
        let found: Vec<usize> = lines
            .filter(|(_, line)| line.ends_with(&ending))
            .map(|(at, _)| at + 1)
            .collect();
        let [line] = found[..] else {
            panic!("{}: `{ending}` is on the lines {found:?}", self.file);
        };
        Place {
            file: self.file,
            line,
        }
    }
}

/// A line of a structure's file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) file: &'static str,
    pub(crate) line: usize,
}
