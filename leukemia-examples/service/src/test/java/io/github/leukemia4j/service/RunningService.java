package io.github.leukemia4j.service;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.synthetic.SmallPipeline;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** A small model of synthetic cells, trained once for all tests, and requests to a service. */
final class RunningService {
  static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String BOUNDARY = "cells-and-cells";
  private static final int CELLS = 30;
  private static final int EPOCHS = 8;
  private static Path model;
  private static List<byte[]> cells;

  private RunningService() {}

  static synchronized Path model() throws Exception {
    if (model == null) {
      Path directory = Files.createTempDirectory("leukemia-service-test");
      model =
          SmallPipeline.train(
              dataset(), SmallPipeline.config().epochs(EPOCHS).build(), directory.resolve("model"));
    }
    return model;
  }

  private static Dataset dataset() {
    return SyntheticSmear.builder().cellsPerLabel(CELLS).build().dataset();
  }

  /** As PNG files. */
  static synchronized List<byte[]> cells() throws IOException {
    if (cells == null) {
      Dataset dataset = dataset();
      cells =
          dataset.samples().stream()
              .filter(sample -> dataset.samples().indexOf(sample) % 5 == 0)
              .map(RunningService::png)
              .toList();
    }
    return cells;
  }

  static byte[] png(Sample sample) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(sample.source().read().toBufferedImage(), "png", png);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return png.toByteArray();
  }

  static HttpRequest.Builder to(LeukemiaServer server, String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path)));
  }

  static HttpResponse<byte[]> send(HttpRequest request) throws Exception {
    return CLIENT.send(request, BodyHandlers.ofByteArray());
  }

  static HttpResponse<byte[]> get(LeukemiaServer server, String path) throws Exception {
    return send(to(server, path).build());
  }

  static HttpResponse<byte[]> post(LeukemiaServer server, String path, String type, byte[] body)
      throws Exception {
    return send(
        to(server, path)
            .header("Content-Type", type)
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  static HttpResponse<byte[]> postMany(LeukemiaServer server, String path, List<byte[]> images)
      throws Exception {
    return post(server, path, "multipart/form-data; boundary=" + BOUNDARY, multipart(images));
  }

  private static byte[] multipart(List<byte[]> images) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int i = 0; i < images.size(); i++) {
      String head =
          "--%s\r\nContent-Disposition: form-data; name=\"image\"; filename=\"cell-%02d.png\"\r\nContent-Type: image/png\r\n\r\n"
              .formatted(BOUNDARY, i);
      body.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
      body.writeBytes(images.get(i));
      body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    body.writeBytes("--%s--\r\n".formatted(BOUNDARY).getBytes(StandardCharsets.US_ASCII));
    return body.toByteArray();
  }
}
