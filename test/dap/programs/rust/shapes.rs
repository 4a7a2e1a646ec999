// What Rust has of its own: enumerations with contents, slices, text, tuples, options, closures.
use std::fmt::Debug;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Colour {
    Red,
    Green = 5,
    Blue,
}

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Nothing,
    Circle { radius: f64 },
    Box(u32, u32),
    Named(&'static str, Colour),
}

#[derive(Debug)]
struct Point<T> {
    x: T,
    y: T,
}

struct Wrapper(i64, bool);

trait Area {
    fn area(&self) -> f64;
}

impl Area for Shape {
    fn area(&self) -> f64 {
        match self {
            Shape::Circle { radius } => radius * radius * 3.0,
            Shape::Box(width, height) => {
                let size = width * height;
                f64::from(size) // stop
            }
            _ => 0.0, // stop
        }
    }
}

mod deep {
    pub static COUNT: i32 = 12;
    pub fn twice(value: i32) -> i32 {
        let result = value * 2 + COUNT;
        result // stop
    }
}

#[inline(never)]
fn sum(values: &[i32], text: &str, limit: Option<u8>) -> i32 {
    let mut total = 0;
    for value in values {
        total += value;
    }
    let pair = (total, text.len());
    let last = values.last();
    total + pair.1 as i32 + limit.map_or(0, i32::from) + last.copied().unwrap_or(0) // stop
}

#[inline(never)]
fn show<T: Debug>(point: &Point<T>, letter: char) -> usize {
    let size = std::mem::size_of::<T>();
    size + letter as usize + std::mem::size_of_val(point) // stop
}

fn check(value: i32) -> Result<i32, String> {
    if value > 3 { Err(String::from("too large")) } else { Ok(value) }
}

fn main() {
    let (nothing, circle, square) = (Shape::Nothing, Shape::Circle { radius: 1.5 }, Shape::Box(3, 4));
    let named = Shape::Named("blue", Colour::Blue);
    let colours = (Colour::Red, Colour::Green, 'x', 7u8);
    let unit = ();
    let wrapper = Wrapper(-5, true);
    let boxed: Box<i32> = Box::new(11);
    let some: Option<&Point<i32>> = None;
    let number: Option<u16> = Some(300);
    let list = vec![1i64, 2, 3];
    let owned = String::from("owned");
    let wide: u128 = 1 << 100;
    let closure = |value: i32| value + wrapper.0 as i32 + *boxed;
    let mut area = 0.0;
    area += nothing.area() + circle.area() + square.area();
    let point = Point { x: 1.25f32, y: -2.5 };
    let total = sum(&[3, 4, 5], "héllo", Some(9));
    let size = show(&point, 'é') + show(&Point { x: -1i8, y: 2 }, '\n');
    let good = check(2);
    let bad = check(4);
    let raw = &wide as *const u128;
    let all = closure(deep::twice(total)) + size as i32 + area as i32;
    println!("{} {:?} {:?} {:?} {:?} {:?} {:?}", all, named, colours, unit, some.is_none(), number, raw.is_null()); // stop
    println!("{:?} {:?} {:?} {:?} {:?}", list, owned, good, bad, point.x + point.y);
}
