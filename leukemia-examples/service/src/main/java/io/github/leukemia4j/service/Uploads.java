package io.github.leukemia4j.service;

import io.github.leukemia4j.service.ServerSettings.Limits;
import io.javalin.http.Context;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Promise;

/**
 * Reads the images of a request into memory, within bounds of bytes and time. Thread-safe. What is
 * read counts against a store that all requests share, until its {@link Body} is closed.
 */
final class Uploads {
  private static final int PIECE = 1 << 16;
  private static final int KIB = 1024;
  private static final long DISCARDED = 64L << 20;
  private static final int LONGEST_NAME = 255;

  /** What a multipart body has around an image. */
  private static final int FRAME = 4096;

  private final Limits limits;
  private final Semaphore kibibytes;

  Uploads(Limits limits) {
    this.limits = limits;
    this.kibibytes = new Semaphore((int) Math.min(Integer.MAX_VALUE, limits.bodyBytes() / KIB + 1));
  }

  /** A file that came. */
  record Upload(String name, byte[] content) {}

  /** The files of one request. */
  record Body(List<Upload> uploads, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  /**
   * @throws Problem where there is no image, or more than there may be
   */
  Body read(Context context, long deadline) throws IOException {
    String type = context.contentType() == null ? "" : context.contentType();
    String kind = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    boolean many = kind.equals("multipart/form-data");
    if (!many && !kind.startsWith("image/") && !kind.equals("application/octet-stream")) {
      throw new Problem(
          415,
          "content-type",
          "The body must be an image (image/*, application/octet-stream) or multipart/form-data; found %s."
              .formatted(shown(kind)),
          "Name the type of the body in Content-Type.");
    }
    long most = many ? limits.images() * (limits.imageBytes() + FRAME) : limits.imageBytes();
    most = Math.min(most, limits.bodyBytes());
    long told = context.req().getContentLengthLong();
    if (told > most) {
      discard(context.req().getInputStream(), DISCARDED, deadline);
      throw tooLarge(most);
    }
    int[] taken = {0};
    Runnable release =
        () -> {
          kibibytes.release(taken[0]);
          taken[0] = 0;
        };
    try {
      byte[] content = read(context.req().getInputStream(), most, deadline, taken);
      List<Upload> uploads =
          many ? parts(content, type) : List.of(new Upload(name(context), content));
      if (uploads.isEmpty() || uploads.stream().anyMatch(u -> u.content().length == 0)) {
        throw new Problem(
            400, "no-image", "The body must hold an image; found none.", "Send the image's file.");
      }
      return new Body(uploads, release);
    } catch (IOException | RuntimeException | Error e) {
      release.run();
      throw e;
    }
  }

  private byte[] read(ServletInputStream in, long most, long deadline, int[] taken)
      throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] piece = new byte[PIECE];
    int room = 0;
    while (true) {
      int count;
      try {
        count = in.read(piece);
      } catch (IOException e) {
        if (isTimeout(e)) {
          throw Problem.slow();
        }
        throw new Problem(
            400, "cut-body", "The body must arrive whole; it ended before.", "Send it again.");
      }
      if (count < 0) {
        return all.toByteArray();
      }
      if (System.nanoTime() - deadline > 0) {
        throw Problem.slow();
      }
      if (all.size() + (long) count > most) {
        throw tooLarge(most);
      }
      while (room < count) {
        if (!kibibytes.tryAcquire(PIECE / KIB)) {
          throw Problem.busy("The bodies of all requests take as much memory as they may.");
        }
        taken[0] += PIECE / KIB;
        room += PIECE;
      }
      room -= count;
      all.write(piece, 0, count);
    }
  }

  /** So that a client that sends on gets to read the answer. */
  private static void discard(ServletInputStream in, long most, long deadline) {
    try {
      byte[] piece = new byte[PIECE];
      long left = most;
      for (int count = 0; count >= 0 && left > 0 && System.nanoTime() - deadline < 0; ) {
        count = in.read(piece);
        left -= count;
      }
    } catch (IOException e) {
      // It is refused anyway.
    }
  }

  private static boolean isTimeout(Throwable e) {
    return e instanceof TimeoutException
        || (e instanceof HttpException http && http.getCode() == 408)
        || (e.getCause() != null && isTimeout(e.getCause()));
  }

  private List<Upload> parts(byte[] content, String type) throws IOException {
    String boundary = MultiPart.extractBoundary(type);
    if (boundary == null) {
      throw malformed();
    }
    MultiPartFormData.Parser parser = new MultiPartFormData.Parser(boundary);
    parser.setMaxParts(-1);
    parser.setMaxMemoryFileSize(-1);
    parser.setMaxFileSize(-1);
    parser.setMaxLength(-1);
    List<Upload> uploads = new ArrayList<>();
    MultiPartFormData.Parts parts;
    try {
      CompletableFuture<MultiPartFormData.Parts> parsed = new CompletableFuture<>();
      parser.parse(
          Content.Source.from(ByteBuffer.wrap(content)), Promise.Invocable.toPromise(parsed));
      parts = parsed.get(limits.patience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.closing();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      throw malformed();
    }
    try {
      if (parts.size() > limits.images()) {
        throw tooMany();
      }
      for (MultiPart.Part part : parts) {
        if (part.getLength() > limits.imageBytes()) {
          throw tooLarge(limits.imageBytes());
        }
        if (part.getFileName() != null) {
          byte[] file = Content.Source.asInputStream(part.createContentSource()).readAllBytes();
          uploads.add(new Upload(plain(part.getFileName()), file));
        }
      }
      return uploads;
    } finally {
      parts.close();
    }
  }

  private Problem tooMany() {
    return new Problem(
        413,
        "too-many-images",
        "A request may hold at most %d images; found more.".formatted(limits.images()),
        "Send them in several requests.");
  }

  private static Problem malformed() {
    return new Problem(
        400,
        "malformed-multipart",
        "The body must be multipart/form-data with a boundary and whole parts; it is not.",
        "Send each image as a part with a file name.");
  }

  private static Problem tooLarge(long most) {
    return new Problem(
        413,
        "too-large",
        "It must have at most %d bytes; found more.".formatted(most),
        "Send smaller images, or fewer in a request.");
  }

  private static String name(Context context) {
    String name = context.queryParam("name");
    return name == null || name.isBlank() ? "image" : plain(name);
  }

  /** A name to show, never a path that is opened. */
  private static String plain(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", " ").strip();
    return clean.length() > LONGEST_NAME ? clean.substring(0, LONGEST_NAME) : clean;
  }

  private static String shown(String text) {
    byte[] plain = plain(text).getBytes(StandardCharsets.UTF_8);
    return plain.length == 0
        ? "none"
        : plain(text).substring(0, Math.min(60, plain(text).length()));
  }
}
