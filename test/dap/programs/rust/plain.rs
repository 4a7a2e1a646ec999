// What Rust has of its own, without a library: enumerations with contents, slices, text, tuples.
#![no_std]
#![no_main]

#[derive(Clone, Copy)]
pub enum Colour {
    Red,
    Blue = 5,
}

pub enum Shape {
    Nothing,
    Circle { radius: f64 },
    Square(u32, u32),
    Named(&'static str, Colour),
}

pub struct Point<T> {
    x: T,
    y: T,
}

pub struct Wrapper(i64, bool);

mod deep {
    pub static COUNT: i32 = 12;
    #[inline(never)]
    pub fn twice(value: i32) -> i32 {
        let result = value * 2 + unsafe { core::ptr::read_volatile(&COUNT) };
        result
    }
}

#[inline(never)]
fn area(shape: &Shape) -> i32 {
    match shape {
        Shape::Circle { radius } => *radius as i32 * 3,
        Shape::Square(width, height) => {
            let size = width * height;
            size as i32 // area
        }
        Shape::Named(text, _) => text.len() as i32,
        Shape::Nothing => 0,
    }
}

#[inline(never)]
fn sum(values: &[i32], text: &str, limit: Option<u8>) -> i32 {
    let mut total = 0;
    let mut index = 0;
    while index < values.len() {
        total += unsafe { *values.as_ptr().add(index) };
        index += 1;
    }
    let pair = (total, text.len());
    match limit {
        Some(more) => pair.0 + more as i32, // sum
        None => pair.0,
    }
}

#[no_mangle]
pub extern "C" fn _start() -> ! {
    let (nothing, circle, square) = (Shape::Nothing, Shape::Circle { radius: 1.5 }, Shape::Square(3, 4));
    let named = Shape::Named("blue", Colour::Blue);
    let colours = (Colour::Red, Colour::Blue, 'x', 7u8);
    let unit = ();
    let wrapper = Wrapper(-5, true);
    let point = Point { x: 1.25f32, y: -2.5 };
    let some: Option<&Point<f32>> = Some(&point);
    let none: Option<&Point<f32>> = None;
    let number: Result<u16, char> = Ok(300);
    let wide: u128 = 1 << 100;
    let list = [Some(1i16), None, Some(-3)];
    let text = "héllo";
    let letters = ['a', 'é'];
    let closure = |value: i32| value + wrapper.0 as i32;
    let total = area(&nothing) + area(&circle) + area(&square) + area(&named);
    let all = closure(deep::twice(total)) + sum(&[3, 4, 5], text, Some(9)); // start
    let _ = (colours, unit, some, none, number, wide, list, letters);
    exit(all)
}

fn exit(code: i32) -> ! {
    unsafe { core::arch::asm!("ecall", in("a0") code, in("a7") 93, options(noreturn)) }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}

// plain0.s is what rustc makes of it for riscv64gc-unknown-linux-gnu with -g, -C opt-level=0 and
// --emit asm, without checks, in DWARF 5; `,unique,1` is left out, and .debug_abbrev has a label.
