/**
 * What a machine, a file or an attacker does to a whole process: tests that start JVMs of their own
 * ({@link dev.afina.robustness.ChildJvm}) and look at how these end.
 */
package dev.afina.robustness;
