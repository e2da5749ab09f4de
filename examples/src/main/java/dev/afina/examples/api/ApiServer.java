package dev.afina.examples.api;

import com.google.gson.Gson;
import dev.afina.DeadlineExceededException;
import dev.afina.OverloadedException;
import dev.afina.Prediction;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model behind HTTP: {@code POST /classify}, {@code GET /health}, {@code /metrics}, {@code
 * /openapi.json} and a page at {@code /}.
 *
 * <p>Closing it takes no further requests, answers those it has, and returns. The model stays the
 * caller's.
 */
public final class ApiServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ApiServer.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

  private final Gson gson = new Gson();
  private final ServedModel served;
  private final ApiLimits limits;
  private final Classify classify;
  private final PrometheusMeterRegistry registry;
  private final Map<String, List<String>> methods = new LinkedHashMap<>(); // by path
  private final Javalin server;
  private volatile boolean stopping;

  private ApiServer(ServedModel served, ApiLimits limits, PrometheusMeterRegistry registry) {
    this.served = served;
    this.limits = limits;
    this.classify = new Classify(served.model(), limits);
    this.registry = registry;
    this.server = Javalin.create(this::configure);
  }

  /**
   * Starts serving.
   *
   * @param host the address to listen on: {@code 127.0.0.1} for this machine only
   * @param port 0 for any that is free
   * @throws IOException when the port is busy or may not be used
   */
  public static ApiServer start(
      ServedModel served, ApiLimits limits, PrometheusMeterRegistry registry, String host, int port)
      throws IOException {
    ApiServer api = new ApiServer(served, limits, registry);
    try {
      api.server.start(host, port);
      return api;
    } catch (RuntimeException e) {
      throw cannotListen(host, port, e);
    }
  }

  private static IOException cannotListen(String host, int port, RuntimeException problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return new IOException(
            "port " + port + " of " + host + " is busy or not ours; choose another with --port",
            problem);
      }
    }
    return new IOException(host + ":" + port + ": cannot listen: " + problem.getMessage(), problem);
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  /** The methods of each path that is answered. */
  Map<String, List<String>> routes() {
    return Map.copyOf(methods);
  }

  @Override
  public void close() {
    stopping = true;
    try {
      server.stop();
    } catch (RuntimeException e) { // Jetty gave up
      log.warn("requests still ran after {} seconds and were dropped", PATIENCE.toSeconds());
    }
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.prefer405over404 = true;
    config.jetty.modifyServer(ApiServer::answerBeforeTheEnd);
    config.events.handlerAdded(
        route -> {
          String method = route.getHttpMethod().name();
          if (method.equals("GET") || method.equals("POST")) {
            methods.computeIfAbsent(route.getPath(), path -> new ArrayList<>()).add(method);
          }
        });
    addRoutes(config.routes);
    RequestMeters meters = new RequestMeters(registry, methods.keySet());
    config.requestLogger.http((request, millis) -> meters.answered(request, millis));
  }

  /** Jetty drops connections when it stops, unless it counts the requests that it has. */
  private static void answerBeforeTheEnd(Server jetty) {
    jetty.insertHandler(new GracefulHandler());
    jetty.setStopTimeout(PATIENCE.toMillis());
    jetty.setStopAtShutdown(false); // who started it closes it, before the model
  }

  private void addRoutes(RoutesConfig routes) {
    routes.before(WebFiles::addHeaders);
    routes.post("/classify", classify::answer);
    routes.get("/health", this::health);
    routes.get("/metrics", request -> request.contentType(TEXT_FORMAT).result(registry.scrape()));
    routes.get("/openapi.json", WebFiles.description(limits));
    routes.get("/", WebFiles.file("index.html", "text/html; charset=utf-8"));
    routes.get("/style.css", WebFiles.file("style.css", "text/css; charset=utf-8"));
    routes.get("/app.js", WebFiles.file("app.js", "text/javascript; charset=utf-8"));
    routes.exception(Problem.class, (problem, request) -> tell(request, problem));
    routes.exception(
        HttpResponseException.class,
        (problem, request) -> tell(request, asProblem(problem, request)));
    routes.exception(Exception.class, this::failed);
  }

  private void health(Context request) {
    String status = stopping ? "stopping" : probed();
    request
        .status(status.equals("up") || status.equals("busy") ? 200 : 503)
        .contentType("application/json")
        .result(
            gson.toJson(
                Map.of(
                    "status", status, "model", served.name(), "labels", served.labels().names())));
  }

  /** Whether the model answers. One that is too busy needs no restart. */
  private String probed() {
    try {
      Prediction unused = served.probe().predict("a");
      return "up";
    } catch (OverloadedException | DeadlineExceededException e) {
      return "busy";
    } catch (RuntimeException e) {
      log.error("the model does not answer", e);
      return "down";
    }
  }

  private void failed(Exception problem, Context request) {
    if (stopping && problem instanceof IllegalStateException) {
      tell(request, new Problem(503, "the server is stopping", Map.of("Retry-After", "10")));
      return;
    }
    log.error("{} {} failed", request.req().getMethod(), request.path(), problem);
    tell(request, new Problem(500, "an error of the server; its log says which"));
  }

  /** What the server itself refuses: unknown paths, wrong methods. */
  private Problem asProblem(HttpResponseException problem, Context request) {
    List<String> allowed = methods.get(request.path());
    if (problem.getStatus() == 405 && allowed != null) {
      String list = String.join(", ", allowed);
      return new Problem(405, request.path() + ": expected " + list, Map.of("Allow", list));
    }
    if (problem.getStatus() == 404) {
      return new Problem(
          404, "no such path; there are " + String.join(", ", new TreeSet<>(methods.keySet())));
    }
    return new Problem(problem.getStatus(), String.valueOf(problem.getMessage()));
  }

  /** As RFC 9457 has it. */
  private void tell(Context request, Problem problem) {
    problem.headers().forEach(request::header);
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("status", problem.status());
    told.put("title", HttpStatus.forStatus(problem.status()).getMessage());
    told.put("detail", problem.getMessage());
    request
        .status(problem.status())
        .contentType("application/problem+json")
        .result(gson.toJson(told));
  }
}
