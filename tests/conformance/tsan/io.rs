//! The cases `io`: who writes to a pipe or a socket is before who reads it there.
//! The system's calls are not seen, so a tag tells of each; and a descriptor is a
//! cell, which who uses it reads and who closes it writes.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;

use racegate::annotate::{Named, Tag, happens_after, happens_before};
use racegate::cell::RaceCell;
use racegate::thread;

use crate::suite::cases;
use crate::turn::in_turn;

/// What every byte of one stream is told by.
struct Stream(Tag);

impl Stream {
    fn new() -> Self {
        Self(Tag::new().named("stream"))
    }

    fn write(&self, mut to: impl Write) {
        happens_before(&self.0);
        to.write_all(b"a").expect("there is room for a byte");
    }

    fn read(&self, mut from: impl Read) {
        let mut byte = [0];
        from.read_exact(&mut byte).expect("a byte is written");
        happens_after(&self.0);
    }
}

/// A descriptor that is open until it is taken.
type Descriptor<F> = RaceCell<Option<F>>;

fn open<F>(name: &str, file: F) -> Descriptor<F> {
    RaceCell::named(name, Some(file))
}

fn close<F>(descriptor: &Descriptor<F>) {
    drop(descriptor.take());
}

fn pipe() -> (PipeReader, PipeWriter) {
    io::pipe().expect("the system has pipes")
}

/// A write, a byte, a write.
fn hand_over(to: impl Write + Send, from: impl Read + Send) {
    let (x, stream) = (RaceCell::named("X", 0), Stream::new());
    thread::scope(|scope| {
        scope.spawn(|| {
            x.set(42);
            stream.write(to);
        });
        scope.spawn(|| {
            stream.read(from);
            x.set(43);
        });
    });
}

fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a free port")
}

fn connect(to: &TcpListener) -> TcpStream {
    let address = to.local_addr().expect("it is bound");
    TcpStream::connect(address).expect("somebody listens")
}

cases! { TSAN;

/// Through a pipe.
fn fd_pipe_norace() {
    let (reader, writer) = pipe();
    hand_over(writer, reader);
}

/// A pipe is closed while it may still be written to.
fn fd_pipe_race() {
    let (reader, writer) = pipe();
    let (reader, writer) = (open("reader", reader), open("writer", writer));
    in_turn(
        || writer.with(|to| Stream::new().write(to.as_ref().expect("it is open"))),
        || {
            close(&reader);
            close(&writer);
        },
    );
}

/// Through a pair of sockets.
fn fd_socketpair_norace() {
    let (one, other) = UnixStream::pair().expect("the system has sockets");
    hand_over(one, other);
}

/// Through a connection.
fn fd_socket_norace() {
    let listener = listener();
    let client = connect(&listener);
    let (server, _) = listener.accept().expect("somebody connected");
    hand_over(client, server);
}

/// Who connects is before who accepts.
fn fd_socket_connect_norace() {
    let (x, connected) = (RaceCell::named("X", 0), Tag::new());
    let listener = listener();
    thread::scope(|scope| {
        scope.spawn(|| {
            x.set(42);
            happens_before(&connected);
            connect(&listener);
        });
        listener.accept().expect("somebody connects");
        happens_after(&connected);
        x.set(43);
    });
}

/// A descriptor is replaced by another while somebody may close it.
fn fd_dup_race() {
    let ((first, _), (second, _)) = (pipe(), pipe());
    let descriptor = open("fd", first);
    in_turn(
        || drop(descriptor.replace(Some(second.try_clone().expect("a descriptor is free")))),
        || close(&descriptor),
    );
}

/// Two descriptors of one file are two.
fn fd_dup_norace() {
    let (first, writer) = pipe();
    let second = first.try_clone().expect("a descriptor is free");
    let (first, second) = (open("first", first), open("second", second));
    Stream::new().write(&writer);
    in_turn(
        || {
            first.with(|from| Stream::new().read(from.as_ref().expect("it is open")));
            close(&first);
        },
        || close(&second),
    );
}

}
