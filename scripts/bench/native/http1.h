/* As much of HTTP/1.1 as two programs of a bench need, who trust their peer: where a head ends, what a line of it says, how
 * much of a body is still to come. */
#ifndef HTTP1_H
#define HTTP1_H
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum part { NOTHING_LEFT, SIZED, CHUNK_LENGTH, CHUNK, AFTER_CHUNK, AFTER_LAST_CHUNK };
struct body {
  enum part part;
  uint64_t missing; /* of the sized body, or of the chunk */
};

/* Length of the head with its empty line; 0: it has not come whole. */
static size_t head_length(const char *text, size_t length) {
  const char *end = memmem(text, length, "\r\n\r\n", 4);
  return end ? (size_t)(end - text) + 4 : 0;
}

/* What a header says, up to its line's end; NULL: there is no such line. */
static const char *header(const char *head, size_t length, const char *name) {
  size_t name_length = strlen(name);
  const char *end = head + length, *line = memchr(head, '\n', length);
  while (line && ++line + name_length < end) {
    if (line[name_length] == ':' && strncasecmp(line, name, name_length) == 0) {
      for (line += name_length + 1; *line == ' ';) line++;
      return line;
    }
    line = memchr(line, '\n', (size_t)(end - line));
  }
  return NULL;
}

static int header_is(const char *head, size_t length, const char *name, const char *wanted) {
  const char *said = header(head, length, name);
  return said && strncasecmp(said, wanted, strlen(wanted)) == 0;
}

static struct body body_after(const char *head, size_t length) {
  struct body body = {NOTHING_LEFT, 0};
  const char *size = header(head, length, "content-length");
  if (header_is(head, length, "transfer-encoding", "chunked")) body.part = CHUNK_LENGTH;
  else if (size && (body.missing = strtoull(size, NULL, 10)) > 0) body.part = SIZED;
  return body;
}

/* Goes over what has come of a body. Returns how much of it that was: less than `length` only when the body is over. */
static size_t pass_body(struct body *body, const char *text, size_t length) {
  size_t at = 0;
  while (at < length && body->part != NOTHING_LEFT) {
    if (body->part == SIZED || body->part == CHUNK) {
      size_t here = length - at < body->missing ? length - at : (size_t)body->missing;
      at += here, body->missing -= here;
      if (body->missing == 0) body->part = body->part == SIZED ? NOTHING_LEFT : AFTER_CHUNK;
      continue;
    }
    char c = text[at++];
    int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
    if (body->part == CHUNK_LENGTH && digit >= 0) body->missing = body->missing * 16 + (uint64_t)digit;
    if (c != '\n') continue;
    if (body->part == CHUNK_LENGTH) body->part = body->missing ? CHUNK : AFTER_LAST_CHUNK;
    else if (body->part == AFTER_CHUNK) body->part = CHUNK_LENGTH;
    else body->part = NOTHING_LEFT; /* nobody here sends trailers */
  }
  return at;
}
#endif
