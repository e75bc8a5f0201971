/* The load of the bench. One thread, the loopback only, never longer than it was told.
 *
 *   closed loop            each connection asks again as soon as it has its answer
 *   open loop (-r)         so many requests a second are due, whatever the server does; each is timed from when it was due
 *   WebSocket (-u)         each connection upgrades, then sends a message and waits until it comes back
 *   tokens (-t FILE)       closed loop; each request carries the next line of the file as its bearer token, until there are no more
 *
 * Usage: load -p PORT [-P PATH] [-c CONNECTIONS] [-d SECONDS] [-w SECONDS-NOT-TIMED] [-r RATE] [-b BODY-BYTES] [-n REQUESTS]
 *             [-s STATUS] [-u] [-t FILE] [-H HEADER-LINE]...
 * Prints one line of JSON. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include "http1.h"

enum { READ_AT_ONCE = 256 * 1024, KEPT = 16 * 1024, HEAD = 16 * 1024, MESSAGE = 126, ECHO = 122 };

struct connection {
  int fd, is_open_socket, is_waiting, is_idle, in_body, status, closes;
  double due;
  struct body body;
  char *head;
  size_t head_length, unsent_head;
  uint64_t unsent_body;
  size_t kept_length;
  char kept[KEPT];
};

static int port, connections = 64, wanted_status = 200, is_socket, queue;
static double seconds = 5, untimed, rate;
static uint64_t body_bytes, most_requests = UINT64_MAX;
static const char *path = "/";
static char more_headers[HEAD / 2], request[HEAD], message[MESSAGE], buffer[KEPT + READ_AT_ONCE], payload[READ_AT_ONCE];
static size_t request_length;
static FILE *tokens;

static struct connection *all;
static int *idle, idle_count, idle_first; /* a ring, so that every connection has its turn */
static uint64_t answered, begun, bad, broken;
static float *times;
static size_t times_length, times_room;
static double start, timed_from, end;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void connect_anew(struct connection *c) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
  int on = 1;
  if (c->fd > 0) close(c->fd);
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0) {
    perror("load");
    exit(1);
  }
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(c->fd, F_SETFL, O_NONBLOCK);
  epoll_ctl(queue, EPOLL_CTL_ADD, c->fd, &event);
  c->kept_length = 0, c->is_open_socket = c->is_waiting = c->in_body = c->closes = 0, c->unsent_head = c->unsent_body = 0;
}

/* Returns -1 when the connection is broken. */
static int send_rest(struct connection *c) {
  while (c->unsent_head > 0 || c->unsent_body > 0) {
    size_t part = c->unsent_head ? c->unsent_head : c->unsent_body < sizeof payload ? (size_t)c->unsent_body : sizeof payload;
    const char *from = c->unsent_head ? c->head + c->head_length - c->unsent_head : payload;
    ssize_t sent = send(c->fd, from, part, MSG_NOSIGNAL | (c->unsent_head && c->unsent_body ? MSG_MORE : 0));
    if (sent < 0) return errno == EAGAIN ? 0 : -1;
    if (c->unsent_head) c->unsent_head -= (size_t)sent;
    else c->unsent_body -= (uint64_t)sent;
  }
  return 0;
}

/* Returns 1 when there is nothing more to ask, -1 when the connection is broken. */
static int ask(struct connection *c, double due) {
  char *token = NULL;
  size_t room = 0;
  if (begun >= most_requests || (tokens && getline(&token, &room, tokens) <= 0)) {
    free(token);
    return 1;
  }
  begun++;
  if (token) {
    token[strcspn(token, "\r\n")] = 0;
    if (!c->head) c->head = malloc(HEAD);
    c->head_length = (size_t)snprintf(c->head, HEAD, "%.*sauthorization: Bearer %s\r\n\r\n", (int)request_length - 2, request, token);
    free(token);
  } else if (c->is_open_socket) c->head = message, c->head_length = sizeof message;
  else c->head = request, c->head_length = request_length;
  c->due = due, c->is_waiting = 1;
  c->unsent_head = c->head_length, c->unsent_body = c->is_open_socket ? 0 : body_bytes;
  return send_rest(c);
}

static void take_time(struct connection *c) {
  double at = now();
  c->is_waiting = 0, answered++;
  if (!is_socket && c->status != wanted_status) bad++;
  if (at < timed_from) return;
  if (times_length == times_room) times = realloc(times, sizeof *times * (times_room = times_room ? times_room * 2 : 1 << 20));
  times[times_length++] = (float)(at - c->due);
}

static void rest(struct connection *c) {
  c->is_idle = 1;
  idle[(idle_first + idle_count++) % connections] = (int)(c - all);
}

/* What follows an answer. Returns -1 when the connection is of no more use. */
static int go_on(struct connection *c) {
  take_time(c);
  if (c->closes) return -1;
  if (rate > 0) {
    rest(c);
    return 0;
  }
  return ask(c, now()) < 0 ? -1 : 0;
}

/* Returns what is done with, -1: the connection is broken. */
static ssize_t work_through(struct connection *c, char *text, size_t length) {
  size_t at = 0;
  while (at < length && c->is_waiting) {
    if (c->is_open_socket) {
      if (length - at < ECHO) break;
      at += ECHO;
      if (go_on(c) < 0) return -1;
      continue;
    }
    if (!c->in_body) {
      size_t head = head_length(text + at, length - at);
      if (head == 0) break;
      c->status = atoi(text + at + 9);
      if (c->status == 101 && is_socket) {
        c->is_open_socket = 1, c->is_waiting = 0, at += head;
        if (ask(c, now()) < 0) return -1;
        continue;
      }
      if (is_socket) bad++;
      if (c->status != 100) c->in_body = 1;
      c->body = body_after(text + at, head);
      c->closes = header_is(text + at, head, "connection", "close");
      at += head;
      if (c->status == 100) continue;
    }
    at += pass_body(&c->body, text + at, length - at);
    if (c->body.part != NOTHING_LEFT) break;
    c->in_body = 0;
    if (go_on(c) < 0) return -1;
  }
  return (ssize_t)at;
}

/* Returns -1 when the connection is broken. */
static int read_all(struct connection *c) {
  for (;;) {
    /* What only has to be counted is not even copied. */
    int only_counted = c->in_body && c->body.part == SIZED && c->body.missing > 4096;
    size_t room = only_counted && c->body.missing - 1 < READ_AT_ONCE ? (size_t)c->body.missing - 1 : READ_AT_ONCE;
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

static void begin_again(struct connection *c) {
  if (c->is_waiting) broken++;
  connect_anew(c);
  if (rate == 0 && ask(c, now()) < 0) broken++;
  if (rate > 0 && !c->is_idle) rest(c);
}

static void ask_what_is_due(double at) {
  while (idle_count > 0 && start + (double)begun / rate <= at) {
    struct connection *c = &all[idle[idle_first]];
    idle_first = (idle_first + 1) % connections, idle_count--, c->is_idle = 0;
    if (ask(c, start + (double)begun / rate) < 0) begin_again(c);
  }
}

static void read_arguments(int count, char **given) {
  for (int option; (option = getopt(count, given, "p:P:c:d:w:r:b:n:s:ut:H:")) > 0;) switch (option) {
    case 'p': port = atoi(optarg); break;
    case 'P': path = optarg; break;
    case 'c': connections = atoi(optarg); break;
    case 'd': seconds = atof(optarg); break;
    case 'w': untimed = atof(optarg); break;
    case 'r': rate = atof(optarg); break;
    case 'b': body_bytes = strtoull(optarg, NULL, 10); break;
    case 'n': most_requests = strtoull(optarg, NULL, 10); break;
    case 's': wanted_status = atoi(optarg); break;
    case 'u': is_socket = 1; break;
    case 't': tokens = fopen(optarg, "r"); if (!tokens) { perror(optarg); exit(2); } break;
    case 'H': strncat(more_headers, optarg, sizeof more_headers - strlen(more_headers) - 3), strcat(more_headers, "\r\n"); break;
    default: exit(2);
  }
}

static void write_request(void) {
  char length[80] = "";
  if (body_bytes) sprintf(length, "content-type: application/octet-stream\r\ncontent-length: %llu\r\n", (unsigned long long)body_bytes);
  request_length = (size_t)snprintf(request, sizeof request,
    "%s %s HTTP/1.1\r\nhost: 127.0.0.1:%d\r\naccept: application/json\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\n%s%s%s\r\n",
    body_bytes ? "POST" : "GET", path, port, more_headers, length,
    is_socket ? "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n" : "");
  memset(message, 'm', sizeof message);
  message[0] = (char)0x82, message[1] = (char)(0x80 | (MESSAGE - 6)); /* binary, whole, masked */
}

static int smaller_first(const void *one, const void *other) {
  float a = *(const float *)one, b = *(const float *)other;
  return (a > b) - (a < b);
}

static double milliseconds_at(double share) {
  return times_length ? (double)times[(size_t)((double)(times_length - 1) * share)] * 1e3 : 0;
}

int main(int count, char **given) {
  struct rlimit files;
  uint64_t beats;
  int clock = -1;
  struct epoll_event events[512];
  read_arguments(count, given);
  write_request();
  getrlimit(RLIMIT_NOFILE, &files), files.rlim_cur = files.rlim_max, setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGPIPE, SIG_IGN);
  queue = epoll_create1(0);
  all = calloc((size_t)connections, sizeof *all), idle = calloc((size_t)connections, sizeof *idle);
  for (int i = 0; i < connections; i++) connect_anew(&all[i]);
  start = now(), timed_from = start + untimed, end = timed_from + seconds;
  if (rate > 0) { /* wakes when the next request is due: waiting in epoll is exact to a millisecond only */
    clock = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    long each = (long)(1e9 / rate);
    struct itimerspec beat = {{each / 1000000000, each % 1000000000}, {each / 1000000000, each % 1000000000}};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    timerfd_settime(clock, 0, &beat, NULL), epoll_ctl(queue, EPOLL_CTL_ADD, clock, &event);
    for (int i = 0; i < connections; i++) rest(&all[i]);
  } else for (int i = 0; i < connections; i++) if (ask(&all[i], now()) < 0) begin_again(&all[i]);
  for (double at = start; at < end && (begun < most_requests || answered + broken < begun); at = now()) {
    if (tokens && feof(tokens) && answered + broken >= begun) break;
    if (rate > 0) ask_what_is_due(at);
    int ready = epoll_wait(queue, events, 512, 50);
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      if (!c && read(clock, &beats, sizeof beats) < 0) continue;
      if (c && (send_rest(c) < 0 || read_all(c) < 0)) begin_again(c);
    }
  }
  double elapsed = now() - start;
  if (times_length) qsort(times, times_length, sizeof *times, smaller_first);
  printf("{\"answered\":%llu,\"bad\":%llu,\"elapsedSeconds\":%.6f,\"p50\":%.4f,\"p99\":%.4f,\"max\":%.4f}\n", (unsigned long long)answered,
    (unsigned long long)(bad + broken), elapsed, milliseconds_at(.5), milliseconds_at(.99), milliseconds_at(1));
  return 0;
}
