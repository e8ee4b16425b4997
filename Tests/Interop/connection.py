"""One ZeroMQ connection for one session, by section 3 of Protocol/replication.md."""
import time

import zmq
from zmq.utils.monitor import recv_monitor_message

from protocol import Exchange

GREATEST_MESSAGE = 4 << 20
FAILURES = (zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
            | zmq.EVENT_DISCONNECTED | zmq.EVENT_CLOSED)


class Ended(Exception):
    """The session is over, for this reason; the next needs a new connection. `wait` is what headquarters asked for, in seconds."""

    def __init__(self, reason, wait=0.0, message=None):
        super().__init__(reason)
        self.wait, self.message = wait, message

    @property
    def is_fenced(self):
        return self.message is not None and self.message.reject.reason == Exchange.Reject.REASON_FENCED


class Connection:
    """A DEALER under CURVE. Opened by its making; ends with its first trouble, and is never reused."""

    def __init__(self, endpoint, server_key, public_key, secret_key, patience=10.0):
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        for option, value in [(zmq.LINGER, 0), (zmq.RECONNECT_IVL, -1), (zmq.IMMEDIATE, 1), (zmq.MAXMSGSIZE, GREATEST_MESSAGE),
                              (zmq.CURVE_SERVERKEY, server_key.encode()), (zmq.CURVE_PUBLICKEY, public_key.encode()),
                              (zmq.CURVE_SECRETKEY, secret_key.encode())]:
            self.socket.setsockopt(option, value)
        self.monitor = self.socket.get_monitor_socket(FAILURES | zmq.EVENT_HANDSHAKE_SUCCEEDED)
        self.poller = zmq.Poller()
        self.poller.register(self.socket, zmq.POLLIN)
        self.poller.register(self.monitor, zmq.POLLIN)
        try:
            self.socket.connect(endpoint)
            self._handshake(patience)
        except BaseException:
            self.close()
            raise

    def _handshake(self, patience):
        if not self.monitor.poll(patience * 1000):
            raise Ended("no connection")
        if recv_monitor_message(self.monitor)["event"] != zmq.EVENT_HANDSHAKE_SUCCEEDED:
            raise Ended("the connection was refused")

    def send(self, message):
        self.send_frames(message.SerializeToString())

    def send_frames(self, *frames):
        try:
            self.socket.send_multipart(frames, zmq.NOBLOCK)
        except zmq.ZMQError as error:
            raise Ended(f"cannot send: {error}") from error

    def receive(self, seconds):
        """The next message; None when none came in time."""
        until = time.monotonic() + seconds
        while True:
            ready = dict(self.poller.poll(max(0, until - time.monotonic()) * 1000))
            if self.socket in ready:
                frames = self.socket.recv_multipart()
                if len(frames) != 1:
                    raise Ended(f"a message of {len(frames)} frames")
                return Exchange.FromString(frames[0])
            if self.monitor in ready:
                recv_monitor_message(self.monitor)
                raise Ended("the connection ended")
            if time.monotonic() >= until:
                return None

    def close(self):
        if not self.socket.closed:
            self.socket.disable_monitor()
            self.monitor.close(0)
            self.socket.close(0)
            self.context.term()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
