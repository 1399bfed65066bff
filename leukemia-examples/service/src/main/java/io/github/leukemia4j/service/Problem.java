package io.github.leukemia4j.service;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/** Why a request is refused, and what to do; its body is that of RFC 9457. */
final class Problem extends RuntimeException {
  static final String TYPE = "application/problem+json";
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String remedy;

  Problem(int status, String code, String message, String remedy) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.remedy = remedy;
  }

  static Problem busy(String what) {
    return new Problem(429, "busy", what, "Try again after the time in Retry-After.");
  }

  static Problem closing() {
    return new Problem(
        503, "closing", "The service is closing.", "Try again when it has started again.");
  }

  static Problem slow() {
    return new Problem(
        408,
        "slow-body",
        "The body must arrive within the service's time; it did not.",
        "Send it faster, or fewer images in a request.");
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  /** Whether a later try may succeed. */
  boolean passing() {
    return status == 429 || status == 503;
  }

  Body body() {
    return new Body("about:blank", code, status, getMessage(), code, remedy);
  }

  /** As JSON. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Body(String type, String title, int status, String detail, String code, String remedy) {}
}
