package io.github.leukemia4j.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Drives the page in Debian's Chromium. */
class PageTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path directory;
  private static LeukemiaServer server;
  private static ChromeDriver browser;
  private static List<Path> cells;

  @BeforeAll
  static void start() throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Files.exists(CHROMIUM) && Files.exists(DRIVER), "Chromium and its driver are not there");
    server = LeukemiaServer.start(RunningService.model(), ServerSettings.DEFAULT.withPort(0));
    cells = draw();
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage");
    options.setExperimentalOption(
        "prefs", Map.of("download.default_directory", directory.toString()));
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build(),
            options);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.quit();
    }
    if (server != null) {
      server.close();
    }
  }

  private static List<Path> draw() throws Exception {
    List<Path> files = new ArrayList<>();
    List<Sample> samples =
        SyntheticSmear.builder().seed(5).imageSize(96).cellsPerLabel(8).build().dataset().samples();
    for (Sample sample : samples) {
      Path file = directory.resolve(Path.of(sample.id()).getFileName().toString());
      files.add(Files.write(file, RunningService.png(sample)));
    }
    return files;
  }

  private static void open() {
    browser.get("http://127.0.0.1:%d/".formatted(server.port()));
    until("return document.getElementById('digest').textContent.length === 12");
    browser
        .findElement(By.id("files"))
        .sendKeys(cells.stream().map(Path::toString).collect(Collectors.joining("\n")));
    until("return document.querySelectorAll('.tile').length === " + cells.size());
    until("return !!document.querySelector('#detail .bars')");
  }

  private static void until(String script) {
    new WebDriverWait(browser, PATIENCE).until(driver -> (Boolean) browser.executeScript(script));
  }

  private static String text(String selector) {
    return browser.findElement(By.cssSelector(selector)).getText();
  }

  private static void press(CharSequence... keys) {
    new Actions(browser).sendKeys(keys).perform();
  }

  @Test
  void cellsAreReviewedByKeyboardAndTakenAway() throws Exception {
    open();
    assertThat(text("header")).contains("Research software");
    assertThat(text("#count")).contains("Of 40 cells; 0 reviewed");
    String before = text("#detail .called");
    press("4");
    assertThat(text("#detail .called")).isEqualTo("APL");
    press("u");
    assertThat(text("#detail .called")).isEqualTo(before);
    press("3");
    press(Keys.ARROW_RIGHT);
    press("r");
    press(Keys.ARROW_RIGHT);
    press("2");
    assertThat(text("#count")).contains("3 reviewed");
    assertThat(text("#decision")).contains("exact");
    browser.findElement(By.id("patient")).sendKeys("P7");
    for (String id : List.of("csv", "json", "manifest")) {
      browser.findElement(By.id(id)).click();
    }
    Path manifest = directory.resolve("manifest.csv");
    new WebDriverWait(browser, PATIENCE)
        .until(
            driver ->
                Files.exists(manifest)
                    && Files.exists(directory.resolve("cells.csv"))
                    && Files.exists(directory.resolve("cells.json")));
    List<String> rows = Files.readAllLines(manifest);
    assertThat(rows).hasSize(3).first().isEqualTo("file,label,patient,sha256");
    assertThat(rows.subList(1, 3)).allMatch(row -> row.contains(",P7,"));
    assertThat(Files.readAllLines(directory.resolve("cells.csv"))).hasSize(41);
    press(Keys.ESCAPE);
    browser.findElement(By.cssSelector(".tile[aria-pressed=true]")).click();
    press("h");
    until("return !!document.querySelector('#heat img')");
  }

  @Test
  void intervalsAreExact() {
    browser.get("http://127.0.0.1:%d/".formatted(server.port()));
    // SciPy 1.11: binomtest(3, 20).proportion_ci(0.95, 'exact') = (0.03207094, 0.37892683).
    List<?> found =
        (List<?>)
            browser.executeAsyncScript(
                "const done = arguments[0]; import(location.origin + '/count.js').then((m) => done(m.interval(3, 20)))");
    assertThat(((Number) found.get(0)).doubleValue())
        .isCloseTo(0.03207094, org.assertj.core.data.Offset.offset(1e-7));
    assertThat(((Number) found.get(1)).doubleValue())
        .isCloseTo(0.37892683, org.assertj.core.data.Offset.offset(1e-7));
  }

  @Test
  void nothingStandsInTheWayOfAnyone() throws Exception {
    String axe = axe();
    for (String scheme : List.of("light", "dark")) {
      for (int[] size : new int[][] {{1440, 900}, {390, 844}}) {
        browser.executeCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            Map.of("width", size[0], "height", size[1], "deviceScaleFactor", 1, "mobile", false));
        browser.executeCdpCommand(
            "Emulation.setEmulatedMedia",
            Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        open();
        press("4");
        screenshot("%s-%d".formatted(scheme, size[0]));
        assertThat(
                (Boolean)
                    browser.executeScript(
                        "return document.documentElement.scrollWidth <= window.innerWidth"))
            .as("no sideways scrolling at %d", size[0])
            .isTrue();
        browser.executeScript(axe);
        List<?> found =
            (List<?>)
                browser.executeAsyncScript(
                    "const done = arguments[0]; axe.run().then((r) => done(r.violations.filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) => v.id + ' ' + v.nodes.map((n) => n.html).join(' ').slice(0, 300))))");
        assertThat(found).isEmpty();
      }
    }
    browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
  }

  private static String axe() throws Exception {
    try (InputStream in =
        PageTest.class.getResourceAsStream(
            "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** For people to look at. */
  private static void screenshot(String name) throws Exception {
    Path folder = Path.of(System.getProperty("leukemia4j.screens", "target/screens"));
    Files.createDirectories(folder);
    Files.write(folder.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
  }
}
