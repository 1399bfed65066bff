package io.github.leukemia4j.service;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.leukemia4j.serving.ClassificationService.Health;
import io.github.leukemia4j.serving.ServiceOptions;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.NetworkConnectionLimit;

/**
 * Answers over HTTP what a pipeline says of images, and serves the page for review. Thread-safe.
 *
 * <p>Research software, not a medical device.
 */
public final class LeukemiaServer implements AutoCloseable {
  static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Logger LOG = System.getLogger(LeukemiaServer.class.getName());
  private static final Duration CHECK = Duration.ofSeconds(10);
  private static final int HEADER_BYTES = 16 * 1024;
  private static final String DESCRIPTION = "/v1/openapi.json";

  private static final Map<String, String> PAGE =
      Map.of(
          "index.html", "text/html; charset=utf-8",
          "style.css", "text/css; charset=utf-8",
          "app.js", "text/javascript; charset=utf-8",
          "cells.js", "text/javascript; charset=utf-8",
          "count.js", "text/javascript; charset=utf-8",
          "export.js", "text/javascript; charset=utf-8",
          "icon.svg", "image/svg+xml");

  private final ServerSettings settings;
  private final Meters meters = new Meters();
  private final ModelSwitch models;
  private final ImageRequests images;
  private final AtomicInteger running = new AtomicInteger();
  private final Javalin app;
  private volatile int port;
  private volatile boolean closing;

  private LeukemiaServer(Path model, ServerSettings settings) throws IOException {
    this.settings = settings;
    ServiceOptions waiting = ServiceOptions.DEFAULT;
    ServiceOptions options =
        new ServiceOptions(
            Math.min(waiting.maxBatch(), settings.limits().waiting()),
            waiting.maxDelay(),
            settings.limits().waiting(),
            waiting.maxBytes());
    if (settings.keep().isPresent()) {
      Files.createDirectories(settings.keep().get());
    }
    this.models = new ModelSwitch(model, options, meters);
    meters.queue(models::waiting);
    this.images = new ImageRequests(settings, models, meters);
    this.app = Javalin.create(this::configure);
  }

  /**
   * Loads and warms a pipeline, and listens.
   *
   * @param model its directory, or a zip file of it
   * @throws IOException where the model cannot be read
   */
  public static LeukemiaServer start(Path model, ServerSettings settings) throws IOException {
    LeukemiaServer server = new LeukemiaServer(model, settings);
    try {
      server.port = server.app.start(settings.host(), settings.port()).port();
    } catch (RuntimeException e) {
      server.models.close();
      throw e;
    }
    return server;
  }

  /** The port at which it listens, or did until it was closed. */
  public int port() {
    return port;
  }

  /**
   * Reads the model's files again, and answers with them from then on. Where they cannot be opened
   * the model stays as it is, and the log says why.
   *
   * @return whether it was replaced
   */
  public boolean reload() {
    try {
      models.reload();
      return true;
    } catch (Problem e) {
      return false;
    }
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.jetty.modifyHttpConfiguration(
        http -> {
          http.setSendServerVersion(false);
          http.setRequestHeaderSize(HEADER_BYTES);
        });
    config.jetty.modifyServer(
        server -> {
          server.addBean(new NetworkConnectionLimit(settings.limits().connections(), server));
          server.setStopTimeout(settings.limits().patience().toMillis());
        });
    config.routes.before(this::begin);
    config.routes.after(this::dress);
    config.routes.post("/v1/classify", counted(images::classify));
    config.routes.post("/v1/explain", counted(images::explain));
    config.routes.get("/v1/model", this::model);
    config.routes.put("/v1/model", context -> json(context, models.reload()));
    config.routes.get("/v1/health/live", context -> json(context, Map.of("ok", true)));
    config.routes.get("/v1/health/ready", this::ready);
    config.routes.get(
        "/v1/metrics",
        context ->
            context
                .contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(meters.scrape()));
    config.routes.get(
        DESCRIPTION,
        context -> context.contentType("application/json").result(resource("openapi.json")));
    config.routes.get("/", context -> page(context, "index.html"));
    PAGE.keySet().forEach(name -> config.routes.get("/" + name, context -> page(context, name)));
    config.routes.exception(HttpResponseException.class, this::fail);
    config.routes.exception(Exception.class, this::fail);
    config.routes.error(404, context -> missing(context));
  }

  /** Closing waits for these. */
  private Handler counted(Handler handler) {
    return context -> {
      running.incrementAndGet();
      try {
        if (closing) {
          throw Problem.closing();
        }
        handler.handle(context);
      } finally {
        running.decrementAndGet();
      }
    };
  }

  private void begin(Context context) {
    if (closing) {
      throw Problem.closing();
    }
    String path = context.path();
    if (path.startsWith("/v1/")) {
      requireSameOrigin(context);
    }
    if (path.startsWith("/v1/") && !path.startsWith("/v1/health/") && !path.equals(DESCRIPTION)) {
      requireToken(context);
    }
  }

  /** A page of another site may not use a browser to ask this service. */
  private static void requireSameOrigin(Context context) {
    String origin = context.header("Origin");
    String host = context.header("Host");
    if (origin != null && !origin.replaceFirst("^https?://", "").equals(host)) {
      throw new Problem(
          403,
          "other-origin",
          "A browser may ask only from the service's own page.",
          "Open the service's page, or ask without a browser.");
    }
  }

  private void requireToken(Context context) {
    if (settings.token().isEmpty()) {
      return;
    }
    String given = context.header("Authorization");
    byte[] wanted = ("Bearer " + settings.token().get()).getBytes(StandardCharsets.UTF_8);
    byte[] found = (given == null ? "" : given).getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(wanted, found)) {
      context.header("WWW-Authenticate", "Bearer");
      throw new Problem(
          401,
          "token",
          "The request must bring the service's token; it brings none, or another.",
          "Send it as Authorization: Bearer TOKEN.");
    }
  }

  private void dress(Context context) {
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cache-Control", "no-store");
    context.header(
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
  }

  private void model(Context context) throws IOException {
    ServedModel model = models.hold();
    try {
      json(context, model.description());
    } finally {
      model.release();
    }
  }

  private void ready(Context context) throws IOException {
    ServedModel model = models.hold();
    try {
      Health health = model.service().check(CHECK);
      context.status(health.ok() ? 200 : 503);
      if (!health.ok()) {
        context.header("Retry-After", "5");
      }
      json(context, health);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.closing();
    } finally {
      model.release();
    }
  }

  private static void page(Context context, String name) throws IOException {
    context.contentType(PAGE.get(name)).result(resource("page/" + name));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = LeukemiaServer.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private static void json(Context context, Object value) throws IOException {
    context.contentType("application/json").result(JSON.writeValueAsBytes(value));
  }

  private void fail(Exception e, Context context) {
    if (e instanceof Problem problem) {
      refuse(problem, context);
    } else if (e instanceof HttpResponseException http) {
      refuse(
          new Problem(
              http.getStatus(),
              "http",
              "The request cannot be answered so.",
              "See " + DESCRIPTION + "."),
          context);
    } else {
      LOG.log(Level.ERROR, "A request failed", e);
      refuse(
          new Problem(
              500, "failed", "The service failed on this request.", "The service's log says why."),
          context);
    }
  }

  private void refuse(Problem problem, Context context) {
    meters.refused(problem.code());
    if (problem.passing()) {
      context.header("Retry-After", problem.status() == 429 ? "1" : "5");
    }
    dress(context);
    try {
      context
          .status(problem.status())
          .contentType(Problem.TYPE)
          .result(JSON.writeValueAsBytes(problem.body()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void missing(Context context) {
    refuse(
        new Problem(404, "no-such-path", "There is nothing here.", "See " + DESCRIPTION + "."),
        context);
  }

  /**
   * Refuses new requests, answers those that were taken in, then closes the model. A second call
   * does nothing.
   */
  @Override
  public void close() {
    closing = true;
    long deadline = System.nanoTime() + settings.limits().patience().toNanos();
    boolean interrupted = false;
    while (running.get() > 0 && System.nanoTime() - deadline < 0 && !interrupted) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    app.stop();
    models.close();
  }
}
