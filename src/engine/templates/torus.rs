//! A torus of XPUs in two or three dimensions: every XPU is joined with its neighbours, and each line closes to a ring.
//!
//! A dimension of n has n links on each line; where n is 2 the way round is the same link, and where it is 1 there is none. A mean
//! way has about a quarter of each dimension's length.

use super::build::{self, Build, Wire, cell, endpoint_cell};
use super::values::Values;
use super::{Parameter, Template, TemplateCounts, TemplateError};
use crate::catalog::Catalog;
use crate::model::{Design, Fabric, FabricIntent, FabricRole, GroupKind, Node, NodeId, PartId, PortRef};
use crate::units::Point;

pub(super) const TEMPLATE: Template = Template {
    name: "torus",
    title: "Torus, two or three dimensions",
    summary: "XPUs joined with their neighbours, every line closed to a ring, no switches",
    parameters: &[
        Parameter::number("x", "XPUs across", "8", (1.0, 64.0), "Length of the first dimension."),
        Parameter::number("y", "XPUs down", "8", (1.0, 64.0), "Length of the second dimension."),
        Parameter::number("z", "XPUs deep", "1", (1.0, 64.0), "Length of the third dimension; 1 is a torus of two."),
        Parameter::choice(
            "xpu",
            "XPUs",
            &["generic", "google-tpu-v4", "google-tpu-v5e", "google-tpu-v5p", "google-tpu-v6e", "google-tpu7x"],
            "google-tpu-v6e",
            "The part every XPU is; v5e and v6e have ports for two dimensions.",
        ),
        Parameter::number("gbps", "Rate of each link", "400", (1.0, 3200.0), "Of generic XPUs: one direction, in Gb/s."),
        Parameter::number("length", "Cable", "2", (0.1, 10_000.0), "Length in metres of every link."),
    ],
    generate,
    counts,
};

/// Lengths of the dimensions, and which port of an XPU leads forward and back along each; `None` where there is no link.
struct Shape {
    sizes: [u32; 3],
    ports: [Option<(u16, u16)>; 3],
    part: PartId,
    is_generic: bool,
    /// Ports of an XPU as drawn.
    drawn: u16,
}

impl Shape {
    fn of(values: &Values, catalog: &Catalog) -> Result<Self, TemplateError> {
        let sizes = ["x", "y", "z"].map(|key| values.count(key));
        let id = match values.word("xpu") {
            "generic" => "generic-xpu",
            id => id,
        };
        let part = catalog.built_in(id).ok_or_else(|| TemplateError::MissingPart(id.to_owned()))?;
        let is_generic = part.is_generic();
        let mut next = 1u16;
        let ports = sizes.map(|size| {
            let pair = match size {
                1 => return None,
                2 => (next, next),
                _ => (next, next + 1),
            };
            next = pair.1 + 1;
            Some(pair)
        });
        let used = next - 1;
        if used == 0 {
            return Err(TemplateError::Together("a torus of one XPU has no link; choose a larger x, y or z".to_owned()));
        }
        let has = part.ports.first().and_then(|group| group.count);
        if let Some(has) = has.filter(|has| *has < used) {
            return Err(TemplateError::Together(format!(
                "{id} has {has} ports and this torus needs {used} of each XPU; choose fewer dimensions or another XPU"
            )));
        }
        Ok(Self { sizes, ports, part: part.id.clone(), is_generic, drawn: has.unwrap_or(used) })
    }
    fn xpus(&self) -> u32 {
        self.sizes.iter().product()
    }
    /// Links on each line of a dimension.
    fn on_line(size: u32) -> u32 {
        match size {
            1 => 0,
            2 => 1,
            more => more,
        }
    }
}

fn counts(values: &Values, catalog: &Catalog) -> Result<TemplateCounts, TemplateError> {
    let shape = Shape::of(values, catalog)?;
    let xpus = u64::from(shape.xpus());
    let links = shape.sizes.iter().map(|size| xpus / u64::from(*size) * u64::from(Shape::on_line(*size))).sum();
    Ok(TemplateCounts { xpus, links, ..TemplateCounts::default() })
}

fn generate(values: &Values, catalog: &Catalog) -> Result<Design, TemplateError> {
    let shape = Shape::of(values, catalog)?;
    let [x, y, z] = shape.sizes;
    let mut build = Build::new(format!("Torus, {}", shape.sizes.iter().filter(|size| **size > 1).map(u32::to_string).collect::<Vec<_>>().join(" × ")));
    let fabric = build.design.fabrics.push(Fabric { name: "Torus".to_owned(), role: FabricRole::ScaleUp, intent: FabricIntent::Torus, ..Fabric::default() });
    let stated = shape.is_generic.then(|| Box::new(build::stated(shape.drawn, values.gbps("gbps"), None)));
    let plan = Plan::of(&shape);

    let mut nodes: Vec<NodeId> = Vec::new();
    for c in 0..z {
        let first = nodes.len();
        for b in 0..y {
            for a in 0..x {
                let name = if z > 1 { format!("xpu-{}-{}-{}", c + 1, b + 1, a + 1) } else { format!("xpu-{}-{}", b + 1, a + 1) };
                let mut node = Node::new(shape.part.clone(), name, plan.at(a, b, c));
                // Without switches the XPUs pass on what is not their own.
                node.transit = Some(true);
                node.generic = stated.clone();
                nodes.push(build.design.nodes.push(node));
            }
        }
        build.group(GroupKind::Unit, if z > 1 { format!("Layer {}", c + 1) } else { "Torus".to_owned() }, nodes.get(first..).unwrap_or_default());
    }
    let wire: Wire = build.generic_wire(fabric, values.metres("length"));
    let steps = [1, x, x * y];
    for (at, &node) in (0u32..).zip(&nodes) {
        for ((&size, &step), ports) in shape.sizes.iter().zip(&steps).zip(shape.ports) {
            let Some((forward, back)) = ports else { continue };
            let place = at / step % size;
            if size == 2 && place == 1 {
                continue;
            }
            let next = if place + 1 == size { at - place * step } else { at + step };
            if let Some(&next) = nodes.get(next as usize) {
                build.join(PortRef::cage(node, forward), PortRef::cage(next, back), &wire);
            }
        }
    }
    Ok(build.design)
}

/// Where XPUs stand: each layer a grid, layers side by side and folded to the canvas.
struct Plan {
    cell: (f64, f64),
    across: u32,
    layer: (f64, f64),
    columns: u32,
}

impl Plan {
    fn of(shape: &Shape) -> Self {
        let [x, y, z] = shape.sizes;
        let own = endpoint_cell(true, shape.drawn);
        // Room for the links between neighbours, which are the drawing here.
        let cell = (own.0 + 44.0, own.1 + 40.0);
        let inside = (f64::from(x) * cell.0, f64::from(y) * cell.1);
        let mut extent = (0.0, 0.0);
        let mut best = Self { cell, across: x, layer: inside, columns: z };
        for _ in 0..3 {
            let head = build::head(extent);
            let layer = (inside.0 + (head * 0.6).max(48.0), inside.1 + head * 1.3);
            let size = |columns: &u32| (f64::from(*columns) * layer.0, f64::from(z.div_ceil(*columns)) * layer.1);
            let columns = build::largest(1..=z, size).unwrap_or(1);
            extent = size(&columns);
            best = Self { cell, across: x, layer, columns };
        }
        best
    }
    fn at(&self, a: u32, b: u32, c: u32) -> Point {
        cell(cell(Point::default(), c, self.columns, self.layer), b * self.across + a, self.across, self.cell)
    }
}
