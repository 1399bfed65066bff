package io.github.leukemia4j.service;

import static io.github.leukemia4j.service.RunningService.cells;
import static io.github.leukemia4j.service.RunningService.get;
import static io.github.leukemia4j.service.RunningService.model;
import static io.github.leukemia4j.service.RunningService.post;
import static io.github.leukemia4j.service.RunningService.postMany;
import static io.github.leukemia4j.service.RunningService.send;
import static io.github.leukemia4j.service.RunningService.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeukemiaServerTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final ServerSettings SETTINGS = ServerSettings.DEFAULT.withPort(0);
  private static final String PNG = "image/png";

  private static LeukemiaServer server;

  @BeforeAll
  static void start() throws Exception {
    server = LeukemiaServer.start(model(), SETTINGS);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Holds an answer against what the description says of it. */
  private static JsonNode documented(String path, String method, HttpResponse<byte[]> answer)
      throws Exception {
    JsonNode document = JSON.readTree(get(server, "/v1/openapi.json").body());
    JsonNode content =
        document
            .path("paths")
            .path(path)
            .path(method)
            .path("responses")
            .path(String.valueOf(answer.statusCode()))
            .path("content");
    String type = answer.headers().firstValue("Content-Type").orElse("").split(";")[0];
    assertThat(content.has(type))
        .as("%s %s %d %s", method, path, answer.statusCode(), type)
        .isTrue();
    if (!type.endsWith("json")) {
      return null;
    }
    JsonNode schema =
        ((com.fasterxml.jackson.databind.node.ObjectNode) content.path(type).path("schema"))
            .deepCopy()
            .setAll(
                (com.fasterxml.jackson.databind.node.ObjectNode)
                    JSON.createObjectNode().set("components", document.path("components")));
    JsonSchema held = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(schema);
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(held.validate(body, InputFormat.JSON)).isEmpty();
    return JSON.readTree(body);
  }

  private static void refused(
      HttpResponse<byte[]> answer, int status, String code, String path, String method)
      throws Exception {
    assertThat(answer.statusCode()).isEqualTo(status);
    JsonNode problem = documented(path, method, answer);
    assertThat(problem.path("code").asText()).isEqualTo(code);
    assertThat(problem.path("remedy").asText()).isNotEmpty();
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).doesNotContain("/tmp", "\tat ");
  }

  @Test
  void answersAreTheLibrarysToTheBit() throws Exception {
    List<byte[]> images = cells();
    HttpResponse<byte[]> answer = postMany(server, "/v1/classify", images);
    JsonNode found = documented("/v1/classify", "post", answer).path("images");
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model())) {
      for (int i = 0; i < images.size(); i++) {
        MultilevelResult wanted = pipeline.classify(CellImage.decode(images.get(i), 10_000_000));
        assertThat(JSON.treeToValue(found.get(i).path("result"), MultilevelResult.class))
            .isEqualTo(wanted);
        assertThat(found.get(i).path("file").asText()).isEqualTo("cell-%02d.png".formatted(i));
      }
    }
  }

  @Test
  void oneImageIsTheBodyAndCsvIsAskedFor() throws Exception {
    HttpResponse<byte[]> json = post(server, "/v1/classify?name=a.png", PNG, cells().get(0));
    assertThat(documented("/v1/classify", "post", json).path("images").get(0).path("file").asText())
        .isEqualTo("a.png");
    HttpResponse<byte[]> csv =
        post(server, "/v1/classify?format=csv&name=%3Da", PNG, cells().get(0));
    documented("/v1/classify", "post", csv);
    assertThat(new String(csv.body(), StandardCharsets.UTF_8).lines())
        .hasSize(2)
        .last()
        .asString()
        .contains("'=a");
  }

  @Test
  void ofManyImagesOneThatCannotBeReadIsTold() throws Exception {
    HttpResponse<byte[]> answer =
        postMany(server, "/v1/classify", List.of(cells().get(0), new byte[] {1, 2, 3}));
    JsonNode images = documented("/v1/classify", "post", answer).path("images");
    assertThat(images.get(0).has("result")).isTrue();
    assertThat(images.get(1).path("error").asText()).isNotEmpty();
  }

  @Test
  void drawsHeatMaps() throws Exception {
    HttpResponse<byte[]> answer = post(server, "/v1/explain", PNG, cells().get(0));
    documented("/v1/explain", "post", answer);
    assertThat(ImageIO.read(new ByteArrayInputStream(answer.body())).getWidth()).isGreaterThan(100);
  }

  @Test
  void saysWhatItIsAndHowItDoes() throws Exception {
    JsonNode model = documented("/v1/model", "get", get(server, "/v1/model"));
    assertThat(model.path("leaves")).hasSize(5);
    assertThat(model.toString()).doesNotContain(model().toString());
    assertThat(
            documented("/v1/health/live", "get", get(server, "/v1/health/live"))
                .path("ok")
                .asBoolean())
        .isTrue();
    assertThat(
            documented("/v1/health/ready", "get", get(server, "/v1/health/ready"))
                .path("ok")
                .asBoolean())
        .isTrue();
    post(server, "/v1/classify", PNG, cells().get(0));
    HttpResponse<byte[]> metrics = get(server, "/v1/metrics");
    documented("/v1/metrics", "get", metrics);
    assertThat(new String(metrics.body(), StandardCharsets.UTF_8))
        .contains("leukemia4j_batch_images_count", "leukemia4j_queue_images")
        .contains("leukemia4j_stage_seconds_count{stage=\"classify\"}")
        .contains("leukemia4j_images_total{label=");
  }

  @Test
  void refusesWithAReasonAndARemedy() throws Exception {
    String classify = "/v1/classify";
    refused(
        post(server, classify, "text/plain", cells().get(0)),
        415,
        "content-type",
        classify,
        "post");
    refused(post(server, classify, PNG, new byte[0]), 400, "no-image", classify, "post");
    refused(post(server, classify, PNG, new byte[99]), 422, "unreadable-image", classify, "post");
    refused(
        post(server, classify + "?format=xml", PNG, cells().get(0)),
        400,
        "format",
        classify,
        "post");
    refused(
        post(server, classify, "multipart/form-data; boundary=x", new byte[99]),
        400,
        "malformed-multipart",
        classify,
        "post");
    refused(post(server, classify, PNG, new byte[17 << 20]), 413, "too-large", classify, "post");
    refused(
        postMany(server, classify, java.util.Collections.nCopies(300, new byte[] {1})),
        413,
        "too-many-images",
        classify,
        "post");
    refused(
        post(server, "/v1/explain?method=guess", PNG, cells().get(0)),
        400,
        "method",
        "/v1/explain",
        "post");
    refused(get(server, "/v1/nothing"), 404, "no-such-path", "/v1/{other}", "get");
    refused(
        send(to(server, "/v1/model").header("Origin", "http://elsewhere.example").build()),
        403,
        "other-origin",
        "/v1/model",
        "get");
  }

  @Test
  void wantsTheTokenWhereOneIsSet() throws Exception {
    String token = "a-token-for-this-test";
    assertThatThrownBy(
            () ->
                new ServerSettings(
                    "0.0.0.0",
                    0,
                    java.util.Optional.empty(),
                    SETTINGS.limits(),
                    java.util.Optional.empty()))
        .hasMessageContaining("a token must be set; found none");
    try (LeukemiaServer guarded = LeukemiaServer.start(model(), SETTINGS.withToken(token))) {
      refused(get(guarded, "/v1/model"), 401, "token", "/v1/model", "get");
      assertThat(get(guarded, "/v1/health/live").statusCode()).isEqualTo(200);
      assertThat(get(guarded, "/").statusCode()).isEqualTo(200);
      HttpResponse<byte[]> let =
          send(to(guarded, "/v1/model").header("Authorization", "Bearer " + token).build());
      assertThat(let.statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aFullQueueIsToldAndASlowBodyCutOff() throws Exception {
    ServerSettings tight =
        SETTINGS.withLimits(
            SETTINGS.limits().withWaiting(1).withPatience(java.time.Duration.ofSeconds(2)));
    try (LeukemiaServer small = LeukemiaServer.start(model(), tight)) {
      HttpResponse<byte[]> busy =
          postMany(small, "/v1/classify", java.util.Collections.nCopies(200, cells().get(0)));
      refused(busy, 429, "busy", "/v1/classify", "post");
      assertThat(busy.headers().firstValue("Retry-After")).isPresent();
      try (Socket slow = new Socket("127.0.0.1", small.port())) {
        OutputStream out = slow.getOutputStream();
        out.write(
            "POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 9999\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 30 && slow.getInputStream().available() == 0; i++) {
          out.write(new byte[60]);
          out.flush();
          Thread.sleep(100);
        }
        assertThat(new String(slow.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
            .isEqualTo("HTTP/1.1 408");
      }
    }
  }

  @Test
  void swapsTheModelUnderLoadAndRefusesABadOne(@TempDir Path directory) throws Exception {
    Path served = directory.resolve("model");
    copy(model(), served);
    ExecutorService clients = Executors.newFixedThreadPool(8);
    try (LeukemiaServer swapping = LeukemiaServer.start(served, SETTINGS)) {
      byte[] cell = cells().get(0);
      byte[] wanted = post(swapping, "/v1/classify", PNG, cell).body();
      List<Future<HttpResponse<byte[]>>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        answers.add(clients.submit(() -> post(swapping, "/v1/classify", PNG, cell)));
        if (i == 50) {
          HttpResponse<byte[]> put =
              send(to(swapping, "/v1/model").PUT(BodyPublishers.noBody()).build());
          assertThat(put.statusCode()).isEqualTo(200);
          documented("/v1/model", "put", put);
        }
      }
      for (Future<HttpResponse<byte[]>> answer : answers) {
        assertThat(answer.get().statusCode()).isEqualTo(200);
        assertThat(answer.get().body()).isEqualTo(wanted);
      }
      try (Stream<Path> files = Files.walk(served)) {
        Files.writeString(
            files.filter(f -> f.endsWith("manifest.json")).findFirst().orElseThrow(), "{}");
      }
      refused(
          send(to(swapping, "/v1/model").PUT(BodyPublishers.noBody()).build()),
          422,
          "model-refused",
          "/v1/model",
          "put");
      assertThat(swapping.reload()).isFalse();
      assertThat(post(swapping, "/v1/classify", PNG, cell).body()).isEqualTo(wanted);
    } finally {
      clients.shutdown();
    }
  }

  private static void copy(Path from, Path to) throws Exception {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Test
  void closingUnderLoadAnswersOrRefusesAll() throws Exception {
    LeukemiaServer ending = LeukemiaServer.start(model(), SETTINGS);
    ExecutorService clients = Executors.newFixedThreadPool(8);
    byte[] cell = cells().get(0);
    Callable<Integer> ask =
        () -> {
          try {
            return post(ending, "/v1/classify", PNG, cell).statusCode();
          } catch (java.io.IOException e) {
            return 0; // the connection was refused
          }
        };
    List<Future<Integer>> answers =
        IntStream.range(0, 200).mapToObj(i -> clients.submit(ask)).toList();
    answers.get(20).get();
    ending.close();
    for (Future<Integer> answer : answers) {
      assertThat(answer.get()).isIn(200, 503, 0);
    }
    clients.shutdown();
  }

  @Test
  void manyClientsGetTheLibrarysAnswers() throws Exception {
    int requests = Integer.getInteger("leukemia4j.service.requests", 300);
    int count = Integer.getInteger("leukemia4j.service.clients", 16);
    ExecutorService clients = Executors.newFixedThreadPool(count);
    List<byte[]> wanted = new ArrayList<>();
    for (byte[] cell : cells()) {
      wanted.add(post(server, "/v1/classify", PNG, cell).body());
    }
    long start = System.nanoTime();
    List<Future<Long>> answers = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      int at = i % cells().size();
      answers.add(
          clients.submit(
              () -> {
                long asked = System.nanoTime();
                HttpResponse<byte[]> answer = post(server, "/v1/classify", PNG, cells().get(at));
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo(wanted.get(at));
                return System.nanoTime() - asked;
              }));
    }
    List<Long> times = new ArrayList<>();
    for (Future<Long> answer : answers) {
      times.add(answer.get());
    }
    clients.shutdown();
    times.sort(null);
    System.out.printf(
        "%d requests of %d clients: %.0f a second, p50 %.1f ms, p99 %.1f ms%n",
        requests,
        count,
        requests / ((System.nanoTime() - start) / 1e9),
        times.get(requests / 2) / 1e6,
        times.get(requests * 99 / 100) / 1e6);
  }
}
