package dev.afina.examples.api;

import io.javalin.http.Context;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Set;

/**
 * Times requests as {@code http.server.requests}, by method, path and status. What callers make up
 * is counted as one, so that nobody fills the memory with paths.
 */
final class RequestMeters {
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST");

  private final MeterRegistry registry;
  private final Set<String> paths;

  RequestMeters(MeterRegistry registry, Set<String> paths) {
    this.registry = registry;
    this.paths = paths;
  }

  void answered(Context request, float millis) {
    String method = request.req().getMethod();
    String path = request.path();
    registry
        .timer(
            "http.server.requests",
            "method",
            METHODS.contains(method) ? method : "OTHER",
            "uri",
            paths.contains(path) ? path : "UNKNOWN",
            "status",
            String.valueOf(request.statusCode()))
        .record(Duration.ofNanos((long) (millis * 1e6)));
  }
}
