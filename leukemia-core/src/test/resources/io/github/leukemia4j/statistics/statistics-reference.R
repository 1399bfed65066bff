# Writes statistics-reference.json with R and pROC:
# Rscript statistics-reference.R > statistics-reference.json
suppressMessages(library(pROC))
num <- function(x) sprintf("%.17g", x)
arr <- function(x) paste0("[", paste(num(x), collapse = ","), "]")

proportions <- character()
for (case in list(c(0, 1), c(1, 1), c(0, 10), c(10, 10), c(3, 10), c(1, 29), c(81, 263), c(500, 1000),
                  c(999, 1000), c(123456, 1000000))) {
  for (level in c(0.9, 0.95, 0.99)) {
    exact <- binom.test(case[1], case[2], conf.level = level)$conf.int
    score <- suppressWarnings(prop.test(case[1], case[2], conf.level = level, correct = FALSE)$conf.int)
    proportions <- c(proportions, sprintf(
      '{"successes":%d,"trials":%d,"level":%s,"clopperPearson":%s,"wilson":%s}',
      case[1], case[2], num(level), arr(exact), arr(score)))
  }
}

mcnemar <- character()
for (case in list(c(1, 0), c(0, 5), c(5, 0), c(3, 3), c(10, 4), c(25, 40), c(120, 90))) {
  mcnemar <- c(mcnemar, sprintf('{"onlyFirst":%d,"onlySecond":%d,"pValue":%s}', case[1], case[2],
                                num(binom.test(case[1], sum(case))$p.value)))
}

set.seed(20261123)
delong <- character()
add <- function(name, positive, first, second) {
  a <- roc(positive, first, levels = c(0, 1), direction = "<", quiet = TRUE)
  b <- roc(positive, second, levels = c(0, 1), direction = "<", quiet = TRUE)
  test <- roc.test(a, b, method = "delong", paired = TRUE)
  half <- qnorm(0.975) * sqrt(var(a) + var(b) - 2 * cov(a, b))
  difference <- as.numeric(auc(b)) - as.numeric(auc(a))
  sprintf(paste0('{"name":"%s","positive":%s,"first":%s,"second":%s,"areas":%s,"variances":%s,',
                 '"intervalOfFirst":%s,"intervalOfDifference":%s,"pValue":%s}'),
          name, arr(positive), arr(first), arr(second), arr(c(auc(a), auc(b))), arr(c(var(a), var(b))),
          arr(suppressWarnings(ci.auc(a, method = "delong"))[c(1, 3)]),
          arr(difference + c(-half, half)), num(test$p.value))
}
y <- rbinom(60, 1, 0.4)
delong <- c(delong, add("ordinary", y, rnorm(60) + y, rnorm(60) + 1.5 * y))
delong <- c(delong, add("tied", y, round(rnorm(60) + y), round(rnorm(60) + 0.5 * y)))
shared <- rnorm(60)
delong <- c(delong, add("correlated", y, shared + y, shared + 0.9 * y + 0.3 * rnorm(60)))
delong <- c(delong, add("two of each", c(1, 1, 0, 0), c(3, 1, 2, 0), c(1, 3, 2, 2)))
y <- c(rep(1, 5), rep(0, 45))
delong <- c(delong, add("near the upper end", y, rnorm(50) + 2.5 * y, rnorm(50) + 2 * y))

cat(sprintf('{"tool":"%s, pROC %s",\n"proportions":[%s],\n"mcnemar":[%s],\n"delong":[%s]}\n',
            R.version.string, as.character(packageVersion("pROC")), paste(proportions, collapse = ",\n"),
            paste(mcnemar, collapse = ",\n"), paste(delong, collapse = ",\n")))
