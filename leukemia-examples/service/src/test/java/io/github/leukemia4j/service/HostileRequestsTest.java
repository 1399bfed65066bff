package io.github.leukemia4j.service;

import static io.github.leukemia4j.service.RunningService.cells;
import static io.github.leukemia4j.service.RunningService.post;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HostileRequestsTest {
  private static final String PNG = "image/png";

  private static LeukemiaServer server;

  @BeforeAll
  static void start() throws Exception {
    server = LeukemiaServer.start(RunningService.model(), ServerSettings.DEFAULT.withPort(0));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void hostileRequestsGetA4xxOrAClosedConnection() throws Exception {
    int requests = Integer.getInteger("leukemia4j.service.hostile", 200);
    Random random = new Random(7);
    byte[] cell = cells().get(0);
    for (int i = 0; i < requests; i++) {
      byte[] attack = attack(i % 8, random, cell);
      try (Socket socket = new Socket("127.0.0.1", server.port())) {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(attack);
        socket.shutdownOutput();
        assertThat(statusOf(socket.getInputStream())).as("attack %d", i % 8).isBetween(400, 499);
      } catch (SocketException e) {
        // Closed by the service, which is an answer too.
      }
    }
    assertThat(post(server, "/v1/classify", PNG, cell).statusCode()).isEqualTo(200);
  }

  /** 400 where the connection was closed without an answer. */
  private static int statusOf(InputStream in) throws Exception {
    String line = new String(in.readNBytes(12), StandardCharsets.ISO_8859_1);
    return line.length() < 12 ? 400 : Integer.parseInt(line.substring(9, 12));
  }

  private static byte[] attack(int kind, Random random, byte[] cell) {
    byte[] noise = new byte[1 + random.nextInt(3000)];
    random.nextBytes(noise);
    return switch (kind) {
      case 0 -> noise;
      case 1 -> raw("POST", "/v1/classify", PNG, noise, noise.length);
      case 2 -> raw("POST", "/v1/classify", PNG, Arrays.copyOf(cell, cell.length / 2), cell.length);
      case 3 -> raw("GET", "/..%2f..%2fetc/passwd", PNG, new byte[0], 0);
      case 4 -> raw("POST", "/v1/classify", PNG, claim(cell), cell.length);
      case 5 -> raw("POST", "/v1/classify", "x/" + "y".repeat(20_000), noise, noise.length);
      case 6 -> raw("POST", "/v1/classify", "multipart/form-data; boundary=b", noise, noise.length);
      default -> raw("GET", "/index.html/../../../" + random.nextInt(), PNG, new byte[0], 0);
    };
  }

  /** Says of a small file that it is 20,000 x 20,000 pixels. */
  private static byte[] claim(byte[] png) {
    byte[] claiming = png.clone();
    for (int at : new int[] {16, 20}) {
      claiming[at] = 0;
      claiming[at + 1] = 0;
      claiming[at + 2] = 0x4E;
      claiming[at + 3] = 0x20;
    }
    return claiming;
  }

  private static byte[] raw(String method, String path, String type, byte[] body, int length) {
    byte[] head =
        "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(method, path, type, length)
            .getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }
}
