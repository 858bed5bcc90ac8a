//! Lanes: a line a thread, time from left to right.
//!
//! **Invariant:** an event that came later starts further to the right, on whatever
//! lane it is, and no line is longer than the widest that was allowed.

/// What stands on a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A step with a label.
    Step(String),
    /// The spawn of another lane's thread.
    Spawn {
        /// What stands on the spawning lane.
        label: String,
        /// The lane that begins.
        child: usize,
    },
    /// The join of another lane's thread.
    Join {
        /// What stands on the joining lane.
        label: String,
        /// The lane that ends.
        child: usize,
    },
    /// The thread ended.
    End,
}

/// How far apart marks of different lanes stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spacing {
    /// One begins where the one before ends.
    Wide,
    /// One begins just after the one before begins.
    Tight,
}

/// Draws lanes with these titles and marks, in the order of the marks. Lanes that no
/// mark spawns are there from the beginning.
pub(super) fn draw(titles: &[String], marks: &[(usize, Mark)], spacing: Spacing) -> Vec<String> {
    let spawned = |lane: usize| {
        marks
            .iter()
            .any(|(_, mark)| matches!(mark, Mark::Spawn { child, .. } if *child == lane))
    };
    let mut lanes: Vec<Lane> = (0..titles.len())
        .map(|lane| Lane {
            text: if spawned(lane) {
                String::new()
            } else {
                "-".to_owned()
            },
            runs: !spawned(lane),
        })
        .collect();
    let mut column = 0;
    for (lane, mark) in marks {
        let begin = put(&mut lanes, *lane, mark, column + 1);
        column = match spacing {
            Spacing::Wide => lanes[*lane].width(),
            Spacing::Tight => begin,
        };
    }
    let width = lanes.iter().map(|lane| lane.width()).max().unwrap_or(0) + 1;
    let widest_title = titles.iter().map(|title| title.chars().count()).max();
    let widest_title = widest_title.unwrap_or(0);
    let lines = titles.iter().zip(lanes).map(|(title, mut lane)| {
        if lane.runs {
            lane.fill(width);
        }
        format!("{title:<widest_title$} {}", lane.text)
    });
    lines.collect()
}

struct Lane {
    text: String,
    runs: bool,
}

impl Lane {
    fn width(&self) -> usize {
        self.text.chars().count()
    }

    fn fill(&mut self, column: usize) {
        let filler = if self.runs { '-' } else { ' ' };
        while self.width() < column {
            self.text.push(filler);
        }
    }
}

/// Puts a mark at this column or as near after it as there is room; returns where.
fn put(lanes: &mut [Lane], lane: usize, mark: &Mark, column: usize) -> usize {
    let mut column = column.max(lanes[lane].width() + 1);
    if let Mark::Join { child, .. } = mark {
        column = column.max(lanes[*child].width() + 1);
    }
    lanes[lane].fill(column);
    match mark {
        Mark::Step(label) => lanes[lane].text.push_str(label),
        Mark::Spawn { label, child } => {
            lanes[lane].text.push('*');
            lanes[lane].text.push_str(label);
            let child = &mut lanes[*child];
            child.fill(column + 1);
            child.text.push('\\');
            child.runs = true;
            column += 1;
        }
        Mark::Join { label, child } => {
            lanes[lane].text.push('*');
            lanes[lane].text.push_str(label);
            let child = &mut lanes[*child];
            child.fill(column - 1);
            child.text.push('/');
            child.runs = false;
        }
        Mark::End => {
            lanes[lane].text.push('|');
            lanes[lane].runs = false;
        }
    }
    column
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(label: &str) -> Mark {
        Mark::Step(label.to_owned())
    }

    #[test]
    fn lanes_show_who_spawned_and_joined_whom_and_when() {
        let titles = ["T0 main", "T1 depositor", "T2 auditor"].map(str::to_owned);
        let spawn = |label: &str, child| Mark::Spawn {
            label: label.to_owned(),
            child,
        };
        let marks = [
            (0, spawn("spawn T1", 1)),
            (1, step("acq log")),
            (0, spawn("spawn T2", 2)),
            (1, step("(1) WRITE")),
            (2, step("(2) READ")),
            (2, Mark::End),
            (
                0,
                Mark::Join {
                    label: "join T1".to_owned(),
                    child: 1,
                },
            ),
        ];
        assert_eq!(
            draw(&titles, &marks, Spacing::Tight),
            [
                r"T0 main      --*spawn T1-*spawn T2----*join T1-",
                r"T1 depositor    \-acq log--(1) WRITE-/",
                r"T2 auditor                \-(2) READ-|",
            ]
        );
    }
}
