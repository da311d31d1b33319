//! Connections: how many, how long, and when it ends.

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::answer::{Desk, answer};
use crate::page::Page;
use crate::{Audience, Site};

/// What a request and all of them together may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time; others wait to be accepted.
    pub connections: usize,
    /// Bytes of a request line with its headers; 8 KiB at least.
    pub head: usize,
    /// Headers of a request.
    pub headers: usize,
    /// Time in which a request must have arrived.
    pub arrival: Duration,
    /// Time in which an answer must be computed.
    pub answer: Duration,
    /// Time after which a connection is cut, whatever it does.
    pub connection: Duration,
}

impl Limits {
    /// Enough for people and browsers.
    pub const USUAL: Self = Self {
        connections: 64,
        head: 16 << 10,
        headers: 64,
        arrival: Duration::from_secs(5),
        answer: Duration::from_secs(20),
        connection: Duration::from_secs(60),
    };
}

/// How long answers that are under way may take once the server is told to stop.
const FAREWELL: Duration = Duration::from_secs(3);

/// Answers requests until the process is interrupted (Ctrl-C). `ready` gets the address that it listens on.
///
/// # Errors
/// If the address cannot be listened on, or is not this machine's own while only this machine may ask.
pub fn serve(
    address: SocketAddr,
    audience: Audience,
    limits: Limits,
    site: Site,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    if !audience.may_listen_on(address.ip()) {
        let problem = "this address can be reached from other machines";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, problem));
    }
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let workers = available_parallelism().map_or(1, usize::from).clamp(1, 4);
    let desk = Arc::new(Desk {
        page: Page::new(&site.choices),
        site,
        audience,
        work: Arc::new(Semaphore::new(workers)),
        patience: limits.answer,
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(workers)
        .build()?;
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        ready(address);
        accept(listener, limits, desk).await
    });
    // Nobody waits for what is still being computed.
    runtime.shutdown_background();
    served
}

async fn accept(
    listener: tokio::net::TcpListener,
    limits: Limits,
    desk: Arc<Desk>,
) -> io::Result<()> {
    let open = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    // One request for each connection: what is idle takes no place, and one bound covers everything.
    http.keep_alive(false)
        .timer(TokioTimer::new())
        .header_read_timeout(limits.arrival)
        .max_buf_size(limits.head)
        .max_headers(limits.headers);
    let mut stop = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        let next = async {
            let place = open.clone().acquire_owned().await.map_err(io::Error::other)?;
            listener.accept().await.map(|(stream, _)| (stream, place))
        };
        let (stream, place) = tokio::select! {
            stopped = &mut stop => {
                stopped?;
                break;
            }
            accepted = next => match accepted {
                Ok(accepted) => accepted,
                // Such as no file descriptor left: that passes.
                Err(_) => {
                    sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let desk = desk.clone();
        let service = service_fn(move |request| {
            let desk = desk.clone();
            async move { Ok::<_, Infallible>(answer(&request, &desk).await) }
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A connection that breaks is the other side's business.
            let _ = timeout(limits.connection, connection).await;
            drop(place);
        });
    }
    drop(listener);
    let _ = timeout(FAREWELL, graceful.shutdown()).await;
    Ok(())
}
