/* Waves of posts, so many at the same moment, each on a connection of its own; the next wave begins when the last of this one has its
 * answer. The browsers of a crowd have processors of their own, so what they need of this one is to be little. One thread, the loopback only.
 *
 * Usage: crowd -p PORT -P PATH -f FILE [-n AT-ONCE] [-d SECONDS]
 * FILE has a post a line: the address that it is said to come from, a space, its JSON body. They are sent in turn, again from the first.
 * Prints one line of JSON: waves, answers by status, and of those with 200 the time in ms: p50 and the longest. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST = 2048, MOST_STATUSES = 600 };

/* `status` has the first bytes of the answer; the rest is read and let go. */
struct post {
  int fd;
  double begun_at;
  char status[16];
  size_t length;
};

static int port, at_once = 200, queue;
static double seconds = 4;
static const char *path = "/";
static FILE *posts;
static unsigned statuses[MOST_STATUSES], waves;
static double *times;
static size_t times_length, times_room;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static size_t next_request(char *request) {
  char line[REQUEST / 2];
  if (!fgets(line, sizeof line, posts)) {
    rewind(posts);
    if (!fgets(line, sizeof line, posts)) fail("the file of posts");
  }
  line[strcspn(line, "\n")] = 0;
  char *body = strchr(line, ' ');
  if (!body) fail("a line of the file of posts");
  *body++ = 0;
  return (size_t)snprintf(request, REQUEST,
                          "POST %s HTTP/1.1\r\nhost: localhost:%d\r\ncontent-type: application/json\r\nx-forwarded-for: %s\r\n"
                          "connection: close\r\ncontent-length: %zu\r\n\r\n%s",
                          path, port, line, strlen(body), body);
}

static void begin(struct post *post) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = post};
  int on = 1;
  char request[REQUEST];
  size_t length = next_request(request);
  *post = (struct post){.begun_at = now(), .fd = socket(AF_INET, SOCK_STREAM, 0)};
  if (post->fd < 0 || connect(post->fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  setsockopt(post->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (send(post->fd, request, length, MSG_NOSIGNAL) != (ssize_t)length) fail("send");
  fcntl(post->fd, F_SETFL, O_NONBLOCK);
  epoll_ctl(queue, EPOLL_CTL_ADD, post->fd, &event);
}

static void note(struct post *post) {
  int status = post->length > 12 ? atoi(post->status + 9) : 0;
  statuses[status > 0 && status < MOST_STATUSES ? status : 0]++;
  if (status != 200) return;
  if (times_length == times_room) {
    times_room = times_room ? 2 * times_room : 1024;
    times = realloc(times, times_room * sizeof *times);
    if (!times) fail("times");
  }
  times[times_length++] = now() - post->begun_at;
}

/* Returns whether its connection is over. */
static int read_some(struct post *post) {
  char more[16 * 1024];
  for (;;) {
    ssize_t got = recv(post->fd, more, sizeof more, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (got <= 0) break;
    size_t kept = sizeof post->status - 1 - post->length;
    if (kept > (size_t)got) kept = (size_t)got;
    memcpy(post->status + post->length, more, kept);
    post->length += kept;
  }
  note(post);
  close(post->fd);
  return 1;
}

static void wave(struct post *all) {
  struct epoll_event events[256];
  for (int i = 0; i < at_once; i++) begin(&all[i]);
  for (int open = at_once; open > 0;) {
    int count = epoll_wait(queue, events, 256, -1);
    for (int i = 0; i < count; i++) open -= read_some(events[i].data.ptr);
  }
  waves++;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void print(void) {
  const char *comma = "";
  if (times_length) qsort(times, times_length, sizeof *times, ascending);
  printf("{\"waves\":%u,\"statuses\":{", waves);
  for (int status = 0; status < MOST_STATUSES; status++)
    if (statuses[status]) printf("%s\"%d\":%u", comma, status, statuses[status]), comma = ",";
  printf("},\"p50\":%.0f,\"longest\":%.0f}\n", times_length ? times[times_length / 2] * 1e3 : 0, times_length ? times[times_length - 1] * 1e3 : 0);
}

int main(int count, char **arguments) {
  for (int option; (option = getopt(count, arguments, "p:P:f:n:d:")) >= 0;) switch (option) {
      case 'p': port = atoi(optarg); break;
      case 'P': path = optarg; break;
      case 'f': posts = fopen(optarg, "r"); break;
      case 'n': at_once = atoi(optarg); break;
      case 'd': seconds = atof(optarg); break;
      default: return 2;
    }
  if (!port || !posts || at_once < 1) return fprintf(stderr, "crowd: -p and -f are needed\n"), 2;
  struct post *all = calloc((size_t)at_once, sizeof *all);
  queue = epoll_create1(0);
  if (!all || queue < 0) fail("crowd");
  for (double end = now() + seconds; now() < end;) wave(all);
  print();
  return 0;
}
