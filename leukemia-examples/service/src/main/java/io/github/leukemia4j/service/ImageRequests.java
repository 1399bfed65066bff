package io.github.leukemia4j.service;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.explanation.ExplanationPicture;
import io.github.leukemia4j.explanation.ExplanationPicture.Panel;
import io.github.leukemia4j.explanation.Explanations;
import io.github.leukemia4j.explanation.Explanations.Method;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.service.Answers.Answer;
import io.github.leukemia4j.service.Answers.ImageAnswer;
import io.github.leukemia4j.service.Uploads.Body;
import io.github.leukemia4j.service.Uploads.Upload;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.imageio.ImageIO;

/** Answers requests that bring images. Thread-safe. */
final class ImageRequests {
  private final ServerSettings settings;
  private final ModelSwitch models;
  private final Meters meters;
  private final Uploads uploads;

  /** Decoding takes memory and a processor. */
  private final Semaphore decoders =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()));

  private final Semaphore explainers = new Semaphore(1);

  ImageRequests(ServerSettings settings, ModelSwitch models, Meters meters) {
    this.settings = settings;
    this.models = models;
    this.meters = meters;
    this.uploads = new Uploads(settings.limits());
  }

  /** One image or many; JSON, or CSV where it is asked for. */
  void classify(Context context) throws IOException {
    boolean csv = wantsCsv(context);
    long deadline = deadline();
    long start = System.nanoTime();
    try (Body body = uploads.read(context, deadline)) {
      meters.stage("read").record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      ServedModel model = models.hold();
      try {
        boolean alone = body.uploads().size() == 1;
        Answer answer =
            new Answer(
                model.description().digest(), classify(model, body.uploads(), alone, deadline));
        if (csv) {
          context
              .contentType("text/csv; charset=utf-8")
              .result(Answers.csv(answer, model.pipeline().taxonomy()));
        } else {
          context
              .contentType("application/json")
              .result(LeukemiaServer.JSON.writeValueAsBytes(answer));
        }
      } finally {
        model.release();
      }
    }
  }

  private static boolean wantsCsv(Context context) {
    String format = context.queryParam("format");
    if (format == null) {
      String accept = context.header("Accept");
      return accept != null && accept.contains("text/csv");
    }
    if (!format.equals("csv") && !format.equals("json")) {
      throw new Problem(
          400, "format", "The format must be json or csv; found another.", "Choose one of them.");
    }
    return format.equals("csv");
  }

  private long deadline() {
    return System.nanoTime() + settings.limits().patience().toNanos();
  }

  /** An image alone that cannot be read is refused; one of many is told. */
  private List<ImageAnswer> classify(
      ServedModel model, List<Upload> images, boolean alone, long deadline) throws IOException {
    List<CompletableFuture<MultilevelResult>> futures = new ArrayList<>();
    List<CellImage> decoded = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    try {
      for (Upload upload : images) {
        CellImage image = null;
        String error = null;
        try {
          image = decode(upload, deadline);
        } catch (DataException e) {
          if (alone) {
            throw unreadable(e);
          }
          error = e.getMessage();
        }
        decoded.add(image);
        errors.add(error);
        futures.add(image == null ? null : model.service().classify(image));
      }
      List<ImageAnswer> answers = new ArrayList<>();
      for (int i = 0; i < images.size(); i++) {
        Upload upload = images.get(i);
        String digest = sha256(upload.content());
        MultilevelResult result = futures.get(i) == null ? null : await(futures.get(i), deadline);
        if (result != null) {
          meters.labelled(result.label().name());
          keep(digest, upload);
        }
        CellImage image = decoded.get(i);
        answers.add(
            new ImageAnswer(
                upload.name(),
                digest,
                image == null ? null : image.width(),
                image == null ? null : image.height(),
                result,
                errors.get(i)));
      }
      return answers;
    } catch (RejectedExecutionException e) {
      throw Problem.busy("As many images wait as may.");
    } finally {
      futures.forEach(future -> cancel(future));
    }
  }

  private static void cancel(CompletableFuture<MultilevelResult> future) {
    if (future != null) {
      future.cancel(false);
    }
  }

  private CellImage decode(Upload upload, long deadline) {
    acquire(decoders, deadline);
    long start = System.nanoTime();
    try {
      return CellImage.decode(upload.content(), settings.limits().imagePixels());
    } catch (BackendException e) {
      throw new Problem(
          503, "memory", "Memory is too short for the image now.", "Try again later.");
    } finally {
      decoders.release();
      meters.stage("decode").record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }
  }

  private static Problem unreadable(DataException e) {
    return new Problem(
        422,
        "unreadable-image",
        e.getMessage(),
        "Send a whole JPEG, PNG, BMP or TIFF file within the service's limits.");
  }

  private static void acquire(Semaphore semaphore, long deadline) {
    try {
      if (!semaphore.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw Problem.busy("Other requests took all of this one's time.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.closing();
    }
  }

  private static MultilevelResult await(CompletableFuture<MultilevelResult> future, long deadline) {
    try {
      return future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw Problem.busy("Other requests took all of this one's time.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.closing();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The model failed.", e.getCause());
    }
  }

  /** By its digest, so that no name of a client becomes a path. */
  private void keep(String digest, Upload upload) throws IOException {
    if (settings.keep().isEmpty()) {
      return;
    }
    Path file = settings.keep().get().resolve(digest);
    if (!Files.exists(file)) {
      Path part = Files.createTempFile(settings.keep().get(), digest, ".part");
      Files.write(part, upload.content(), StandardOpenOption.TRUNCATE_EXISTING);
      Files.move(part, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** A heat map for each stage that the image passes, beside the image, as PNG. */
  void explain(Context context) throws IOException {
    Method method = method(context.queryParam("method"));
    long deadline = deadline();
    try (Body body = uploads.read(context, deadline)) {
      if (body.uploads().size() != 1) {
        throw new Problem(
            400,
            "one-image",
            "One image is explained at a time; found %d.".formatted(body.uploads().size()),
            "Send one image in a request.");
      }
      CellImage image;
      try {
        image = decode(body.uploads().get(0), deadline);
      } catch (DataException e) {
        throw unreadable(e);
      }
      acquire(explainers, deadline);
      ServedModel model = null;
      try {
        model = models.hold();
        context.contentType("image/png").result(picture(model, image, method));
      } catch (UnsupportedOperationException e) {
        throw new Problem(422, "no-gradients", e.getMessage(), "Ask for the method occlusion.");
      } finally {
        explainers.release();
        if (model != null) {
          model.release();
        }
      }
    }
  }

  private byte[] picture(ServedModel model, CellImage image, Method method) throws IOException {
    long start = System.nanoTime();
    List<Panel> panels = new ArrayList<>();
    MultilevelResult result = model.pipeline().classify(image);
    Explanations.alongPath(model.pipeline(), image, method)
        .forEach(
            (stage, map) -> {
              Label chosen = result.chosen(stage).orElse(result.stages().get(stage).label());
              panels.add(
                  new Panel("%s: for %s".formatted(stage, chosen), map, seen(model, stage, image)));
            });
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new ExplanationPicture(image, "the image", panels).draw(), "png", png);
    meters.stage("explain").record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    return png.toByteArray();
  }

  /** The share of the image that the stage's network saw. */
  private static double seen(ServedModel model, Label stage, CellImage image) {
    double share =
        model
            .pipeline()
            .classifiers()
            .get(stage)
            .bundle()
            .map(b -> b.manifest().input().seen(image).height() / (double) image.height())
            .orElse(1.0);
    return Math.min(1, share);
  }

  private static Method method(String name) {
    if (name == null) {
      return Method.GRAD_CAM;
    }
    Map<String, Method> methods =
        Map.of(
            "grad-cam", Method.GRAD_CAM,
            "integrated-gradients", Method.INTEGRATED_GRADIENTS,
            "occlusion", Method.OCCLUSION);
    Method method = methods.get(name.toLowerCase(Locale.ROOT));
    if (method == null) {
      throw new Problem(
          400,
          "method",
          "The method must be grad-cam, integrated-gradients or occlusion; found another.",
          "Choose one of them.");
    }
    return method;
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
