/** The few natives of PyTorch that DJL's API does not offer, each behind one small class. */
@NullMarked
package dev.afina.engine;

import org.jspecify.annotations.NullMarked;
