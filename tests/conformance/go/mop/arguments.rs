//! Arguments: they are read where the call is, not where the callee is.

use std::any::Any;

use racegate::cell::RaceCell;
use racegate::channel;
use racegate::thread;

use crate::go::language::pair::pair;
use crate::suite::cases;

/// What a trait object is made of.
trait Speaker: Sync {
    fn speak(&self) -> &'static str;
}

struct Dog;

impl Speaker for Dog {
    fn speak(&self) -> &'static str {
        "woof"
    }
}

fn twice(number: i32) -> i32 {
    number * 2
}

cases! { GO;

/// A function's argument is read.
fn race_func_argument() {
    let x = RaceCell::named("x", 0);
    pair(|| twice(x.get()), || x.set(1));
}

/// A goroutine's argument is read by who spawns it, beside the one that writes.
fn race_func_argument2() {
    let x = RaceCell::named("x", 0);
    thread::scope(|scope| {
        scope.spawn(|| x.set(1));
        let argument = x.get();
        scope.spawn(move || twice(argument));
    });
}

/// What is formatted is read.
fn race_sprint() {
    let x = RaceCell::named("x", 0);
    pair(|| format!("{x:?}"), || x.set(1));
}

/// The argument was read before anybody could write.
fn no_race_func_args_rw() {
    let x = RaceCell::named("x", 1);
    thread::scope(|scope| {
        let argument = x.get();
        scope.spawn(move || twice(argument));
        x.set(2);
    });
}

/// The argument is a reference, and read by the goroutine.
fn race_func_args_rw() {
    let x = RaceCell::named("x", 1);
    let y = &x;
    pair(move || twice(y.get()), || x.set(2));
}

/// A goroutine's goroutine is given the value as an object.
fn race_eface_conv() {
    let v = RaceCell::named("v", 0);
    let (done, finished) = channel::bounded(0);
    thread::scope(|scope| {
        let v = &v;
        scope.spawn(move || {
            let object: Box<dyn Any + Send> = Box::new(v.get());
            scope.spawn(move || object.is::<i32>());
            done.send(()).expect("it is awaited");
        });
        v.set(1);
        finished.recv().expect("it ends");
    });
}

/// A goroutine's goroutine is given the pointer as an object.
fn race_iface_conv() {
    static REX: Dog = Dog;
    let f = RaceCell::named("f", &REX);
    let (done, finished) = channel::bounded(0);
    thread::scope(|scope| {
        let f = &f;
        scope.spawn(move || {
            let object: &dyn Speaker = f.get();
            scope.spawn(move || object.speak());
            done.send(()).expect("it is awaited");
        });
        f.set(&Dog);
        finished.recv().expect("it ends");
    });
}

}
