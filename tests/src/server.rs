//! A running `mailstop up`.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Instant;

use serde_json::Value;

use crate::{PATIENCE, Project, get};

/// The server of a project, killed when dropped.
pub struct Server {
    binary: PathBuf,
    project: PathBuf,
    child: Child,
    lines: Receiver<String>,
    /// What it printed until it was ready.
    pub greeting: Vec<String>,
}

impl Server {
    /// Starts `mailstop up` on a free port and returns when it says that it is ready.
    pub fn up(binary: &str, project: &Project) -> Self {
        let mut command = Command::new(binary);
        command.arg("up").arg(project.path()).args(["--port", "0"]);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        let output = child.stdout.take().expect("stdout is piped");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let project = project.path().to_path_buf();
        let mut server =
            Self { binary: binary.into(), project, child, lines, greeting: Vec::new() };
        server.wait_until_ready();
        server
    }

    fn wait_until_ready(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.greeting.last().is_some_and(|line| line.contains("Ctrl-C")) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => self.greeting.push(line),
                Err(RecvTimeoutError::Timeout) => panic!("not ready: {:#?}", self.greeting),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("ended before it was ready: {:#?}", self.greeting)
                }
            }
        }
    }

    /// `mailstop` with these arguments, for this project.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).arg("--project").arg(&self.project);
        command
    }

    /// What the control API says about the server.
    pub fn status(&self) -> Value {
        let output = self.command(&["status", "--json"]).output().expect("mailstop status");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("status is JSON")
    }

    /// Where it accepts mail.
    pub fn smtp(&self) -> SocketAddr {
        let status = self.status();
        let address = status["listeners"][0]["address"].as_str().expect("a listener").to_owned();
        address.parse().unwrap_or_else(|error| panic!("{address}: {error}"))
    }

    /// Messages in the built-in inbox, newest first, when there are at least `count`.
    ///
    /// Asks again until they are there: delivery is asynchronous and the inbox has no event.
    pub fn inbox(&self, count: usize) -> Vec<Value> {
        let url = self.inbox_url();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let body = get(&format!("{url}/messages"));
            let messages: Value = serde_json::from_str(&body).expect("the inbox answers in JSON");
            let messages = messages.as_array().cloned().expect("a list");
            if messages.len() >= count {
                return messages;
            }
            assert!(Instant::now() < deadline, "{} of {count} delivered", messages.len());
            std::thread::yield_now();
        }
    }

    /// Source text of a message of the inbox.
    pub fn source(&self, message: &Value) -> String {
        let id = &message["id"];
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        get(&format!("{}/messages/{id}/source", self.inbox_url()))
    }

    fn inbox_url(&self) -> String {
        let line = self.greeting.iter().find(|line| line.contains("http://"));
        let line = line.unwrap_or_else(|| panic!("no inbox address in {:#?}", self.greeting));
        let at = line.find("http://").unwrap_or_default();
        let url = line[at..].split_whitespace().next().unwrap_or_default();
        url.trim_end_matches('/').to_owned()
    }

    /// Ends it without warning, as a power failure would.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Presses Ctrl-C and gives the exit status.
    pub fn interrupt(mut self) -> ExitStatus {
        let kill = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(kill.expect("kill(1)").success());
        self.child.wait().expect("it ends")
    }

    /// The project's folder.
    pub fn project(&self) -> &Path {
        &self.project
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Gone already when the test killed it; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
