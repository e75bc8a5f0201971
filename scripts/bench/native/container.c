/* The container of the bench: it takes as little as it can of the core that it shares with the load.
 *
 *   GET  .../files/...       1 KB                GET  .../large      1 MiB
 *   POST .../sink            takes a body and answers when it has come whole
 *   GET  .../socket          a WebSocket that gives back every message
 *   GET  /health, /plugin/manifest               what a registered plugin must answer
 *
 * Usage: container MANIFEST-JSON. Takes a free port of the loopback and says it on standard output. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "http1.h"

enum { READ_AT_ONCE = 256 * 1024, KEPT = 32 * 1024 };

struct answer {
  char *text;
  size_t length;
};
struct connection {
  int fd;
  int is_socket; /* a WebSocket */
  int in_body;
  struct body body;
  struct answer answer; /* to be given when the request has come whole */
  const char *unsent;   /* what the kernel has not taken yet */
  size_t unsent_length;
  size_t kept_length; /* of a head or a message that has come in part */
  char kept[KEPT];
};

static char buffer[KEPT + READ_AT_ONCE];
static struct answer small, large, taken, health, manifest, upgraded;

static struct answer answer_of(const char *type, const char *body, size_t length) {
  struct answer answer = {malloc(length + 512), 0};
  answer.length = (size_t)sprintf(answer.text,
    "HTTP/1.1 200 OK\r\ncontent-type: %s\r\ncontent-length: %zu\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT\r\netag: \"1\"\r\n"
    "cache-control: no-store\r\nvary: accept\r\n\r\n", type, length);
  memcpy(answer.text + answer.length, body, length);
  answer.length += length;
  return answer;
}

static struct answer filled(size_t length) {
  char *body = malloc(length);
  memset(body, 'x', length);
  struct answer answer = answer_of("application/octet-stream", body, length);
  free(body);
  return answer;
}

static int send_rest(struct connection *c) {
  while (c->unsent_length > 0) {
    ssize_t sent = send(c->fd, c->unsent, c->unsent_length, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN ? 0 : -1;
    c->unsent += sent, c->unsent_length -= (size_t)sent;
  }
  return 0;
}

static struct answer answer_to(const char *head, size_t length) {
  const char *path = memchr(head, ' ', length), *end = path ? memchr(path + 1, ' ', (size_t)(head + length - path - 1)) : NULL;
  if (!end) return (struct answer){NULL, 0};
  size_t path_length = (size_t)(end - ++path);
  if (memmem(path, path_length, "/files/", 7)) return small;
  if (memmem(path, path_length, "/large", 6)) return large;
  if (memmem(path, path_length, "/sink", 5)) return taken;
  if (memmem(path, path_length, "/socket", 7)) return upgraded;
  if (memmem(path, path_length, "/health", 7)) return health;
  return manifest;
}

/* Messages of less than 126 bytes, masked as clients send them, go back without their mask. Returns what was used, -1: give up. */
static ssize_t echo_messages(struct connection *c, unsigned char *text, size_t length) {
  size_t at = 0;
  while (length - at >= 6) {
    unsigned char *message = text + at, *mask = message + 2, size = message[1] & 0x7f;
    if (size > 125 || (message[0] & 0x0f) == 8) return -1;
    if (length - at < 6u + size) break;
    for (int i = 0; i < size; i++) message[6 + i] ^= mask[i % 4];
    message[4] = message[0], message[5] = size; /* the answer's head, where the mask was */
    if (send(c->fd, message + 4, 2u + size, MSG_NOSIGNAL) != 2 + size) return -1;
    at += 6u + size;
  }
  return (ssize_t)at;
}

/* Works through what has come. Returns how much of it is done with, -1: the connection is of no more use. */
static ssize_t work_through(struct connection *c, char *text, size_t length) {
  size_t at = 0;
  while (at < length || (c->in_body && c->body.part == NOTHING_LEFT)) {
    if (c->is_socket) {
      ssize_t used = echo_messages(c, (unsigned char *)text + at, length - at);
      return used < 0 ? -1 : (ssize_t)at + used;
    }
    if (!c->in_body) {
      size_t head = head_length(text + at, length - at);
      if (head == 0) break;
      c->answer = answer_to(text + at, head);
      if (!c->answer.text) return -1;
      c->body = body_after(text + at, head);
      c->in_body = 1;
      at += head;
    }
    at += pass_body(&c->body, text + at, length - at);
    if (c->body.part != NOTHING_LEFT) break;
    c->in_body = 0;
    c->is_socket = c->answer.text == upgraded.text;
    c->unsent = c->answer.text, c->unsent_length = c->answer.length;
    if (send_rest(c) < 0) return -1;
    if (c->unsent_length > 0) break; /* nobody of the bench asks again before it has its answer */
  }
  return (ssize_t)at;
}

/* Returns -1 when the connection is over. */
static int read_all(struct connection *c) {
  for (;;) {
    /* What only has to be counted is not even copied. */
    int only_counted = c->in_body && c->body.part == SIZED && c->body.missing >= 4096;
    size_t room = only_counted && c->body.missing < READ_AT_ONCE ? (size_t)c->body.missing : READ_AT_ONCE;
    if (!only_counted) memcpy(buffer, c->kept, c->kept_length);
    ssize_t came = recv(c->fd, buffer + (only_counted ? 0 : c->kept_length), room, only_counted ? MSG_TRUNC : 0);
    if (came == 0) return -1;
    if (came < 0) return errno == EAGAIN ? 0 : -1;
    size_t length = (only_counted ? 0 : c->kept_length) + (size_t)came;
    ssize_t used = work_through(c, buffer, length);
    if (used < 0 || length - (size_t)used > KEPT) return -1;
    c->kept_length = length - (size_t)used;
    memcpy(c->kept, buffer + used, c->kept_length);
    if ((size_t)came < room) return 0; /* there was no more */
  }
}

int main(int count, char **given) {
  const char *about = count > 1 ? given[1] : "{}";
  int on = 1, queue = epoll_create1(0), door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t address_length = sizeof address;
  signal(SIGPIPE, SIG_IGN);
  small = filled(1024), large = filled(1024 * 1024), taken = answer_of("application/json", "{\"taken\":true}", 14);
  health = answer_of("application/json", "{\"status\":\"ok\"}", 15), manifest = answer_of("application/json", about, strlen(about));
  /* The load always sends the key that RFC 6455 has as its example. */
  upgraded.text = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
  upgraded.length = strlen(upgraded.text);
  if (bind(door, (struct sockaddr *)&address, sizeof address) || listen(door, 4096) || getsockname(door, (struct sockaddr *)&address, &address_length)) {
    perror("container");
    return 1;
  }
  printf("{\"port\":%d}\n", ntohs(address.sin_port));
  fflush(stdout);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[256];
  epoll_ctl(queue, EPOLL_CTL_ADD, door, &event);
  for (;;) {
    int ready = epoll_wait(queue, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      if (c) {
        if (send_rest(c) == 0 && read_all(c) == 0 && !(events[i].events & (EPOLLERR | EPOLLHUP))) continue;
        close(c->fd);
        free(c);
        continue;
      }
      for (int fd; (fd = accept4(door, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        c = calloc(1, sizeof *c);
        c->fd = fd;
        event.events = EPOLLIN | EPOLLOUT | EPOLLET, event.data.ptr = c;
        epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event);
      }
    }
  }
}
