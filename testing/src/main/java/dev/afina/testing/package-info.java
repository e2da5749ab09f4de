/**
 * Support for testing programs that use models, with any test framework: failed assertions throw
 * {@link java.lang.AssertionError}.
 *
 * <ul>
 *   <li>To test a program without a model, use {@link dev.afina.testing.Fakes}.
 *   <li>To test a program with a real but tiny model, which loads in a moment, use {@link
 *       dev.afina.testing.TinyModels}.
 *   <li>To test a model, use {@link dev.afina.testing.ClassifierAssertions}, {@link
 *       dev.afina.testing.MultiLabelAssertions} or {@link dev.afina.testing.RegressorAssertions},
 *       with {@link dev.afina.testing.Edit}s of the texts that should not change a prediction.
 * </ul>
 */
@NullMarked
package dev.afina.testing;

import org.jspecify.annotations.NullMarked;
