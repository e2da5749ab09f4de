package dev.afina.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Reports in two lines, instead of a stack trace, why the application does not start. */
final class ModelFailureAnalyzer extends AbstractFailureAnalyzer<ModelNotLoadedException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, ModelNotLoadedException failure) {
    return new FailureAnalysis(failure.getMessage(), failure.action(), failure);
  }
}
