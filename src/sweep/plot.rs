//! The results of a sweep as SVG: panels by arrivals and gap, a line for each size or driver, over interrupt latency.

use std::error::Error;

use plotters::coord::Shift;
use plotters::prelude::*;

use super::table::distinct;
use super::{Measured, Sweep};

/// Width and height of a panel.
const PANEL: (u32, u32) = (300, 220);
/// For the title and the names of the lines.
const TOP: u32 = 60;
/// For one of those names.
const NAME: i32 = 150;

/// A picture could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("the plot {name} cannot be drawn: {reason}")]
pub struct PlotError {
    name: String,
    reason: String,
}

/// What a picture shows.
struct Picture<'s> {
    name: String,
    title: String,
    points: Vec<&'s Measured>,
    line: fn(&Measured) -> String,
    height: fn(&Measured) -> f64,
}

impl Sweep {
    /// Pictures by file name: for each driver what is lost, with a line for each size, and for each size the time
    /// without acknowledge, with a line for each driver.
    ///
    /// # Errors
    /// When one cannot be drawn.
    pub fn plots(&self) -> Result<Vec<(String, String)>, PlotError> {
        let drivers = distinct(self.points.iter().map(|point| point.driver));
        let lost = drivers.into_iter().map(|driver| Picture {
            name: format!("lost-{driver}.svg"),
            title: format!("{driver}: % of the records lost, over interrupt latency in cycles, by entries"),
            points: self.points.iter().filter(|point| point.driver == driver).collect(),
            line: |point| point.entries.to_string(),
            height: |point| 100.0 * point.loss(),
        });
        let sizes = distinct(self.points.iter().map(|point| point.entries));
        let unacknowledged = sizes.into_iter().map(|entries| Picture {
            name: format!("unacknowledged-{entries}.svg"),
            title: format!(
                "{entries} entries: % of the time with an unacknowledged overflow, over interrupt latency in cycles, by driver"
            ),
            points: self.points.iter().filter(|point| point.entries == entries).collect(),
            line: |point| point.driver.to_owned(),
            height: |point| 100.0 * point.unacknowledged_time(),
        });
        lost.chain(unacknowledged).map(|picture| Ok((picture.name.clone(), picture.draw()?))).collect()
    }
}

impl Picture<'_> {
    fn draw(&self) -> Result<String, PlotError> {
        let mut svg = String::new();
        self.panels(&mut svg)
            .map_err(|error| PlotError { name: self.name.clone(), reason: error.to_string() })?;
        Ok(svg)
    }

    fn panels(&self, svg: &mut String) -> Result<(), Box<dyn Error>> {
        let arrivals = distinct(self.points.iter().map(|point| point.arrivals));
        let gaps = distinct(self.points.iter().map(|point| point.gap));
        let (columns, rows) = (gaps.len() as u32, arrivals.len() as u32);
        let root =
            SVGBackend::with_string(svg, (columns * PANEL.0, rows * PANEL.1 + TOP)).into_drawing_area();
        root.fill(&WHITE)?;
        let (head, below) = root.split_vertically(TOP);
        head.draw(&Text::new(self.title.clone(), (10, 10), ("sans-serif", 18)))?;
        let lines = distinct(self.points.iter().map(|point| (self.line)(point)));
        let places = (10..).step_by(NAME as usize);
        for (((at, line), x), color) in lines.iter().enumerate().zip(places).zip(colors(lines.len())) {
            head.draw(&PathElement::new([(x, 44), (x + 20, 44)], color.stroke_width(3)))?;
            head.draw(&marker(at, (x + 10, 44), color))?;
            head.draw(&Text::new(line.clone(), (x + 26, 38), ("sans-serif", 14)))?;
        }
        let panels = below.split_evenly((rows as usize, columns as usize));
        let places = arrivals.iter().flat_map(|&each| gaps.iter().map(move |&gap| (each, gap)));
        for ((arrivals, gap), panel) in places.zip(&panels) {
            let points: Vec<_> =
                self.points.iter().filter(|point| point.arrivals == arrivals && point.gap == gap).collect();
            self.panel(&format!("{}, gap {gap}", arrivals.name()), &lines, &points, panel)?;
        }
        root.present()?;
        Ok(())
    }

    fn panel(
        &self,
        caption: &str,
        lines: &[String],
        points: &[&&Measured],
        area: &DrawingArea<SVGBackend<'_>, Shift>,
    ) -> Result<(), Box<dyn Error>> {
        let latencies = || points.iter().map(|point| f64::from(point.latency));
        let (least, most) = (latencies().fold(f64::MAX, f64::min), latencies().fold(f64::MIN, f64::max));
        let mut chart = ChartBuilder::on(area)
            .caption(caption, ("sans-serif", 13))
            .margin(8)
            .margin_right(24)
            .x_label_area_size(22)
            .y_label_area_size(34)
            // A grid with one latency only still has a width.
            .build_cartesian_2d((least..most.max(least * 2.0)).log_scale(), 0.0..100.0)?;
        chart
            .configure_mesh()
            .x_labels(5)
            .y_labels(5)
            .x_label_formatter(&f64::to_string)
            .y_label_formatter(&f64::to_string)
            .light_line_style(TRANSPARENT)
            .draw()?;
        for ((at, line), color) in lines.iter().enumerate().zip(colors(lines.len())) {
            let on_line = points.iter().filter(|point| (self.line)(point) == *line);
            let corners = on_line.map(|point| (f64::from(point.latency), (self.height)(point)));
            chart.draw_series(LineSeries::new(corners.clone(), color.stroke_width(2)))?;
            chart.draw_series(corners.map(|corner| marker(at, corner, color)))?;
        }
        Ok(())
    }
}

/// What stands on the corners of a line, so that lines can be told apart without their colors.
fn marker<C>(at: usize, corner: C, color: HSLColor) -> Circle<C, i32> {
    let (size, style) = match at % 4 {
        0 => (3, color.filled()),
        1 => (5, color.stroke_width(1)),
        2 => (5, color.filled()),
        _ => (8, color.stroke_width(1)),
    };
    Circle::new(corner, size, style)
}

/// As far apart as so many can be, and dark enough to be printed.
fn colors(count: usize) -> impl Iterator<Item = HSLColor> {
    (0..count).map(move |at| HSLColor(at as f64 / count as f64, 0.85, 0.4))
}
