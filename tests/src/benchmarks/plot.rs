//! The pictures that a reader wants: what an operation costs, how speed and memory go
//! with threads and with size.

use std::fmt::Display;
use std::io;
use std::path::Path;

use plotters::prelude::*;

use super::failed;
use super::record::{Figure, Record};
use super::scans::USUAL;

const SIZE: (u32, u32) = (900, 480);

/// A line of points with a name.
type Line = (String, Vec<(f64, f64)>);

/// Draws all pictures of a record into a folder.
pub(super) fn draw(record: &Record, folder: &Path) -> io::Result<()> {
    let threads = lines(record.section("pass one"), |figure| {
        figure.subject.strip_prefix("threads-")?.parse().ok()
    });
    chart(
        &folder.join("threads.svg"),
        "pass one, events in memory",
        ("threads alive", "million events a second"),
        &threads,
    )?;
    let sixteen = |figure: &Figure| {
        let events = figure.subject.strip_prefix("16 threads, ")?;
        events.strip_suffix(" events")?.parse().ok()
    };
    chart(
        &folder.join("sizes.svg"),
        "racegate scan, 16 threads, from file to verdict",
        ("events", "million events a second; MiB"),
        &lines(record.section("scan"), sixteen),
    )?;
    chart(
        &folder.join("memory.svg"),
        "racegate scan, logs of ten million events",
        ("threads", "MiB"),
        &lines(
            record.section("scan").filter(|figure| figure.unit == "MiB"),
            |figure| usual(&figure.subject),
        ),
    )?;
    operations(record, &folder.join("operations.svg"))
}

/// How many threads a log of the usual size is of, if its name says no more of it.
fn usual(subject: &str) -> Option<f64> {
    let (threads, events) = subject.strip_suffix(" events")?.split_once(" threads, ")?;
    let events: f64 = events.parse().ok()?;
    let is_usual = (0.9..1.1).contains(&(events / USUAL as f64));
    threads.replace(',', "").parse().ok().filter(|_| is_usual)
}

/// A line for each name and unit, over what `at` makes of a figure's subject.
fn lines<'r>(
    figures: impl Iterator<Item = &'r Figure>,
    at: impl Fn(&Figure) -> Option<f64>,
) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for figure in figures.filter(|figure| figure.unit != "bytes an event") {
        let Some(at) = at(figure) else {
            continue;
        };
        let name = format!("{}, {}", figure.name, figure.unit);
        let place = lines.iter().position(|line| line.0 == name);
        let place = place.unwrap_or_else(|| {
            lines.push((name, Vec::new()));
            lines.len() - 1
        });
        lines[place].1.push((at, figure.value));
    }
    for line in &mut lines {
        line.1.sort_by(|one, other| one.0.total_cmp(&other.0));
    }
    lines
}

/// Lines in a frame with logarithmic axes.
fn chart(path: &Path, title: &str, axes: (&str, &str), lines: &[Line]) -> io::Result<()> {
    let points = || lines.iter().flat_map(|line| &line.1);
    let Some(x) = bounds(points().map(|point| point.0)) else {
        return Ok(());
    };
    let Some(y) = bounds(points().map(|point| point.1)) else {
        return Ok(());
    };
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE).map_err(undrawn)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(42)
        .y_label_area_size(60)
        .build_cartesian_2d((x.0..x.1).log_scale(), (y.0..y.1).log_scale())
        .map_err(undrawn)?;
    let mut mesh = chart.configure_mesh();
    mesh.x_desc(axes.0).y_desc(axes.1).draw().map_err(undrawn)?;
    for (index, (name, points)) in lines.iter().enumerate() {
        let colour = Palette99::pick(index).to_rgba();
        chart
            .draw_series(LineSeries::new(points.iter().copied(), &colour).point_size(3))
            .map_err(undrawn)?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour));
    }
    chart
        .configure_series_labels()
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK)
        .draw()
        .map_err(undrawn)?;
    area.present().map_err(undrawn)
}

/// A bar for each way to do an operation, from one nanosecond on.
fn operations(record: &Record, path: &Path) -> io::Result<()> {
    let figures: Vec<&Figure> = record.section("operation").collect();
    let Some((_, most)) = bounds(figures.iter().map(|figure| figure.value)) else {
        return Ok(());
    };
    let rows = i32::try_from(figures.len()).unwrap_or(i32::MAX);
    let height = u32::try_from(rows).unwrap_or_default() * 18 + 90;
    let area = SVGBackend::new(path, (SIZE.0, height)).into_drawing_area();
    area.fill(&WHITE).map_err(undrawn)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("what an operation costs", ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(42)
        .y_label_area_size(230)
        .build_cartesian_2d((0.5..most).log_scale(), 0..rows)
        .map_err(undrawn)?;
    let name = |row: &i32| {
        let figure = usize::try_from(*row).ok().and_then(|row| figures.get(row));
        figure.map_or_else(String::new, |it| format!("{} {}", it.subject, it.name))
    };
    let mut mesh = chart.configure_mesh();
    mesh.disable_y_mesh()
        .y_labels(figures.len())
        .y_label_formatter(&name);
    mesh.x_desc("nanoseconds").draw().map_err(undrawn)?;
    let bars = figures.iter().zip(0..).map(|(figure, row)| {
        let colour = match figure.name.split('-').next() {
            Some("std") => BLACK.mix(0.5),
            Some("site") => GREEN.mix(0.6),
            Some(_) | None => BLUE.mix(0.6),
        };
        Rectangle::new(
            [(0.5, row), (figure.value.max(0.5), row + 1)],
            colour.filled(),
        )
    });
    chart.draw_series(bars).map_err(undrawn)?;
    area.present().map_err(undrawn)
}

/// The least and the largest value, with some room; none where there is no value.
fn bounds(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let values: Vec<f64> = values.filter(|value| *value > 0.0).collect();
    let least = values.iter().copied().reduce(f64::min)?;
    let most = values.iter().copied().reduce(f64::max)?;
    Some((least / 1.5, most * 1.5))
}

fn undrawn(error: impl Display) -> io::Error {
    failed(format!("a picture cannot be drawn: {error}"))
}

#[cfg(test)]
mod tests {
    use super::usual;

    #[test]
    fn logs_of_the_usual_size_that_differ_in_threads_alone_are_drawn() {
        assert_eq!(usual("4,096 threads, 10178466 events"), Some(4096.0));
        assert_eq!(usual("16 threads, 10004066 events"), Some(16.0));
        assert_eq!(usual("16 threads, 100004066 events"), None);
        assert_eq!(usual("16 threads, mostly own cells, 10004066 events"), None);
    }
}
