//! One request and its answer.
//!
//! Invariants: the header fields that frame a message are ours; the body of an answer is counted
//! while it arrives, and dropped with the connection when it is too large.

use hsl_vm::request::{HttpAnswer, HttpRequest, NetworkError};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rustix::io::Errno;
use tokio::sync::mpsc;

use super::super::dial::{Connection, within};
use super::{Outbound, Proxies, Target, error};
use crate::dns::Dns;

/// Largest header of an answer, in bytes.
const MAX_HEADER: usize = 256 << 10;

/// What is sent.
pub(super) enum Payload {
    None,
    Bytes(Bytes),
    Stream(mpsc::Receiver<Bytes>),
}

/// A request to one target.
pub(super) struct Exchange<'r> {
    request: &'r HttpRequest,
    target: Target,
    method: Method,
    headers: HeaderMap,
    payload: Payload,
    /// What can be sent again.
    again: Option<Bytes>,
    most: u64,
}

impl<'r> Exchange<'r> {
    pub(super) fn new(
        request: &'r HttpRequest,
        payload: Payload,
        most: u64,
    ) -> Result<Self, NetworkError> {
        let target = Target::read(&request.url)?;
        let usual = if matches!(payload, Payload::None) { "GET" } else { "POST" };
        let method = request.method.as_deref().unwrap_or(usual);
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| error(Errno::INVAL, format!("`{method}` is not an HTTP method")))?;
        let headers = headers(&request.headers)?;
        let again = if let Payload::Bytes(bytes) = &payload { Some(bytes.clone()) } else { None };
        Ok(Self { request, target, method, headers, payload, again, most })
    }

    /// Sends the request and reads the answer.
    pub(super) async fn make(
        &mut self,
        outbound: &Outbound,
        dns: &Dns,
        proxies: &Proxies,
    ) -> Result<HttpAnswer, NetworkError> {
        let (connection, absolute) = self.connect(outbound, dns, proxies).await?;
        let failed = |failure: hyper::Error| {
            let message = format!("HTTP with {} failed: {failure}", self.target.host);
            error(Errno::PROTO, message)
        };
        let (mut sender, driver) = hyper::client::conn::http1::Builder::new()
            .max_buf_size(MAX_HEADER)
            .handshake(TokioIo::new(connection))
            .await
            .map_err(failed)?;
        let payload = std::mem::replace(&mut self.payload, Payload::None);
        let request = self.message(absolute, payload)?;
        let mut driver = std::pin::pin!(driver);
        let exchange = async {
            let answer = sender.send_request(request).await.map_err(failed)?;
            self.receive(answer).await
        };
        let mut exchange = std::pin::pin!(exchange);
        tokio::select! {
            biased;
            answer = &mut exchange => answer,
            // The connection is over once the answer is read; what is left of it is buffered.
            _ = &mut driver => exchange.await,
        }
    }

    /// The request that a redirect asks for, if the answer is one.
    pub(super) fn redirected(&self, answer: &HttpAnswer) -> Result<Option<Self>, NetworkError> {
        let location = answer.headers.iter().find_map(|line| {
            let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
            name.eq_ignore_ascii_case("location").then_some(value.trim())
        });
        let (Some(location), 301 | 302 | 303 | 307 | 308) = (location, answer.status) else {
            return Ok(None);
        };
        let target = self.target.join(location)?;
        let same = matches!(answer.status, 307 | 308);
        // A body that came in parts is gone.
        if same && self.again.is_none() && self.method != Method::GET && self.method != Method::HEAD
        {
            return Ok(None);
        }
        let mut headers = self.headers.clone();
        headers.remove(header::HOST);
        if !target.same_origin(&self.target) {
            for name in [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION] {
                headers.remove(name);
            }
        }
        let (method, again) = match (same, &self.method) {
            (true, method) => (method.clone(), self.again.clone()),
            (false, &Method::HEAD) => (Method::HEAD, None),
            (false, _) => {
                headers.remove(header::CONTENT_TYPE);
                (Method::GET, None)
            }
        };
        let payload = again.clone().map_or(Payload::None, Payload::Bytes);
        let (request, most) = (self.request, self.most);
        Ok(Some(Self { request, target, method, headers, payload, again, most }))
    }

    /// A connection, and whether a proxy wants the whole URL on it.
    async fn connect(
        &self,
        outbound: &Outbound,
        dns: &Dns,
        proxies: &Proxies,
    ) -> Result<(Connection, bool), NetworkError> {
        let limit = self.request.connect_timeout;
        if let Some(path) = &self.request.unix_socket {
            let stream = outbound.dialer.unix(path, limit).await?;
            return Ok((self.secure(outbound, Box::pin(stream)).await?, false));
        }
        let proxy = self.request.proxy.as_deref().or_else(|| proxies.of(&self.target));
        let Some(proxy) = proxy.filter(|proxy| !proxy.is_empty()) else {
            let place = (self.target.host.as_str(), self.target.port);
            let stream = outbound.dialer.tcp(dns, place, &self.request.origin, limit).await?;
            return Ok((self.secure(outbound, Box::pin(stream)).await?, false));
        };
        // The proxy will connect, but what a script may not reach it may not reach through others.
        if let Err(denied) = outbound.dialer.resolve(dns, &self.target.host).await
            && denied.errno == Errno::ACCESS.raw_os_error()
        {
            return Err(denied);
        }
        let with_scheme =
            if proxy.contains("://") { proxy.to_owned() } else { format!("http://{proxy}") };
        let through = Target::read(&with_scheme)?;
        if through.tls {
            let message =
                format!("the proxy `{proxy}` must be reached by http://, not by https://");
            return Err(error(Errno::INVAL, message));
        }
        let place = (through.host.as_str(), through.port);
        let stream = outbound.dialer.tcp(dns, place, &self.request.origin, limit).await?;
        let stream: Connection = Box::pin(stream);
        if !self.target.tls {
            return Ok((stream, true));
        }
        let tunnel = within(limit, "the proxy's answer", self.tunnel(stream, &through)).await?;
        Ok((self.secure(outbound, tunnel).await?, false))
    }

    async fn secure(
        &self,
        outbound: &Outbound,
        stream: Connection,
    ) -> Result<Connection, NetworkError> {
        if !self.target.tls {
            return Ok(stream);
        }
        let host = &self.target.host;
        let work = outbound.tls.secure(stream, host, &self.request.tls);
        let what = format!("the TLS handshake with {host}");
        Ok(Box::pin(within(self.request.connect_timeout, &what, work).await?))
    }

    /// Asks a proxy for a connection to the target (RFC 9110 §9.3.6).
    async fn tunnel(&self, stream: Connection, proxy: &Target) -> Result<Connection, NetworkError> {
        let failed = |failure: hyper::Error| {
            error(Errno::PROTO, format!("the proxy {} failed: {failure}", proxy.host))
        };
        let place = format!("{}:{}", self.target.host, self.target.port);
        let (mut sender, driver) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(failed)?;
        let mut request = Request::connect(&place).header(header::HOST, &place);
        if let Some(user) = &proxy.user {
            request = request.header(header::PROXY_AUTHORIZATION, basic(user)?);
        }
        let request = request
            .body(Empty::<Bytes>::new())
            .map_err(|e| error(Errno::INVAL, format!("the proxy cannot be asked: {e}")))?;
        let mut driver = std::pin::pin!(driver.with_upgrades());
        let asked = async {
            let answer = sender.send_request(request).await.map_err(failed)?;
            if answer.status() != StatusCode::OK {
                let message = format!("the proxy {} answered {}", proxy.host, answer.status());
                return Err(error(Errno::CONNREFUSED, message));
            }
            let upgraded = hyper::upgrade::on(answer).await.map_err(failed)?;
            Ok::<Connection, _>(Box::pin(TokioIo::new(upgraded)))
        };
        let mut asked = std::pin::pin!(asked);
        tokio::select! {
            biased;
            tunnel = &mut asked => tunnel,
            _ = &mut driver => asked.await,
        }
    }

    fn message(
        &self,
        absolute: bool,
        payload: Payload,
    ) -> Result<Request<BoxBody<Bytes, std::convert::Infallible>>, NetworkError> {
        let uri = if absolute { self.target.absolute() } else { self.target.path.clone() };
        let body = match payload {
            Payload::None if self.method == Method::POST || self.method == Method::PUT => {
                Full::default().boxed()
            }
            Payload::None => Empty::new().boxed(),
            Payload::Bytes(bytes) => Full::new(bytes).boxed(),
            Payload::Stream(parts) => BoxBody::new(Parts(parts)),
        };
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(uri)
            .body(body)
            .map_err(|e| error(Errno::INVAL, format!("the request cannot be made: {e}")))?;
        *request.headers_mut() = self.headers.clone();
        let headers = request.headers_mut();
        if !headers.contains_key(header::HOST) {
            headers.insert(header::HOST, value(&self.target.authority())?);
        }
        if let (Some(user), false) =
            (&self.target.user, headers.contains_key(header::AUTHORIZATION))
        {
            headers.insert(header::AUTHORIZATION, basic(user)?);
        }
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        Ok(request)
    }

    async fn receive(&self, answer: Response<Incoming>) -> Result<HttpAnswer, NetworkError> {
        let (head, mut body) = answer.into_parts();
        let too_large = || {
            let message =
                format!("the answer of {} is larger than {} bytes", self.target.host, self.most);
            error(Errno::FBIG, message)
        };
        if body.size_hint().lower() > self.most {
            return Err(too_large());
        }
        let mut received = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|failure| {
                let message = format!("the answer of {} broke off: {failure}", self.target.host);
                error(Errno::CONNRESET, message)
            })?;
            let Ok(data) = frame.into_data() else { continue };
            if (received.len() + data.len()) as u64 > self.most {
                return Err(too_large());
            }
            received.extend_from_slice(&data);
        }
        let headers = head.headers.iter();
        let line = |(name, value): (&HeaderName, &HeaderValue)| {
            [name.as_str().as_bytes(), b": ", value.as_bytes()].concat()
        };
        Ok(HttpAnswer {
            status: head.status.as_u16(),
            headers: headers.map(line).collect(),
            body: received,
        })
    }
}

fn headers(lines: &[String]) -> Result<HeaderMap, NetworkError> {
    let mut headers = HeaderMap::new();
    headers.insert(header::USER_AGENT, HeaderValue::from_static("mailstop"));
    headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
    let mut own = HeaderMap::new();
    for line in lines {
        let wrong =
            || error(Errno::INVAL, format!("`{}` is not a header line", line.escape_debug()));
        let (name, text) = line.split_once(':').ok_or_else(wrong)?;
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        let text = HeaderValue::from_bytes(text.trim_matches([' ', '\t']).as_bytes());
        if [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::UPGRADE]
            .contains(&name)
        {
            let message = format!("the header `{name}` cannot be set: it follows from the request");
            return Err(error(Errno::INVAL, message));
        }
        headers.remove(&name);
        own.append(name, text.map_err(|_| wrong())?);
    }
    headers.extend(own);
    Ok(headers)
}

fn value(text: &str) -> Result<HeaderValue, NetworkError> {
    HeaderValue::from_str(text)
        .map_err(|_| error(Errno::INVAL, format!("`{text}` cannot stand in a header")))
}

/// Credentials of a URL (RFC 7617).
fn basic(user: &str) -> Result<HeaderValue, NetworkError> {
    use base64::Engine as _;
    let plain = base64::engine::general_purpose::STANDARD.encode(unescaped(user));
    value(&format!("Basic {plain}"))
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        let pair = after.get(..2).filter(|_| *byte == b'%');
        let code = pair.and_then(|pair| std::str::from_utf8(pair).ok());
        let code = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        plain.push(code.unwrap_or(*byte));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    plain
}

/// A body that comes from a script.
struct Parts(mpsc::Receiver<Bytes>);

impl Body for Parts {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_recv(context).map(|part| part.map(|part| Ok(Frame::data(part))))
    }
}
