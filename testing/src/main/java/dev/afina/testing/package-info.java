/**
 * For the tests of programs that use models, with any test framework: what fails is an {@link
 * java.lang.AssertionError}.
 *
 * <ul>
 *   <li>Tests of a program, without a model: {@link dev.afina.testing.Fakes}.
 *   <li>Tests of a program with a real, tiny model, loaded in a moment: {@link
 *       dev.afina.testing.TinyModels}.
 *   <li>Tests of a model: {@link dev.afina.testing.ClassifierAssertions} and its sisters, with
 *       {@link dev.afina.testing.Edit}s that must change nothing.
 * </ul>
 */
@NullMarked
package dev.afina.testing;

import org.jspecify.annotations.NullMarked;
