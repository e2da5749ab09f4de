/**
 * Fine-tunes and serves transformer text classifiers: what a user imports first.
 *
 * <p><b>Three models.</b> A {@link dev.afina.Classifier} gives each text one label, a {@link
 * dev.afina.MultiLabelClassifier} any number of them, a {@link dev.afina.Regressor} numbers. Each
 * is made by its builder from a pretrained checkpoint and labelled texts, or loaded from what Afina
 * or Python's transformers saved:
 *
 * <pre>{@code
 * try (Classifier classifier = Classifier.builder()
 *         .checkpoint("distilbert-base-uncased")     // a folder, classpath:..., a name on the Hub
 *         .epochs(3).learningRate(5e-5).seed(42)
 *         .fit(Dataset.csv(Path.of("train.csv")))) {
 *     System.out.println(classifier.predict("So hyped for the new movie!"));
 *     System.out.println(classifier.evaluate(Dataset.csv(Path.of("test.csv"))).report());
 *     classifier.save(Path.of("emotions"));          // Classifier.load("emotions")
 * }
 * }</pre>
 *
 * <p><b>Training.</b> The builder has the Hugging Face Trainer's options with its defaults; {@link
 * dev.afina.TextModelBuilder} has what all three share, {@link dev.afina.Loss}, {@link
 * dev.afina.Freeze} and {@link dev.afina.Lora} say what is trained. Many trainings of one builder
 * are {@link dev.afina.CrossValidation} and {@link dev.afina.Trials}.
 *
 * <p><b>Predictions</b> are values: a {@link dev.afina.Prediction} has a label, probabilities and
 * logits, and a {@link dev.afina.Decision} where the model has {@link dev.afina.DecisionRules}. A
 * program depends on {@link dev.afina.Predictor}, so its tests need no model. An {@link
 * dev.afina.Evaluation} compares predictions with the truth.
 *
 * <p><b>Serving.</b> A model is thread safe: make one, share it, close it. {@link
 * dev.afina.ServingOptions} limits what waits and how long, {@link dev.afina.ModelHandle} replaces
 * a model while it serves, {@link dev.afina.ModelListener} hears what happens, and {@link
 * dev.afina.ExitHold} lets a server answer before the JVM ends. Another {@link
 * dev.afina.Precision}, another length, other rules are cheap views of the same weights.
 *
 * <p><b>Memory and errors.</b> Weights lie in native memory, outside the heap, until the last model
 * that shares them is closed. A wrong argument is an {@code IllegalArgumentException}, a closed
 * model an {@code IllegalStateException}, a file or network an {@code IOException}, of which {@link
 * dev.afina.CheckpointException} names what is wrong with a model's files. Each message says what
 * was expected, what came and what to do.
 *
 * <p>Data sets are in {@link dev.afina.data}, listeners and options of a training in {@link
 * dev.afina.training}, the Hub in {@link dev.afina.hub}. Packages named {@code dev.afina.internal}
 * may change with any version.
 */
@NullMarked
package dev.afina;

import org.jspecify.annotations.NullMarked;
