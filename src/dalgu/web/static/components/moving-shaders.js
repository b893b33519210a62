/* Draws what moves: a shape for each kind, a colour for each state, turned to where it goes. */

export const STATES = ["on_route", "at_rest", "on_call", "silent"];
export const KINDS = ["other", "bus", "police", "ambulance", "fire", "cleaning", "snow"];

// path: from and to, life: since when, how fast (1/s), heading (radians from north), look.
export const VERTEX = `#version 300 es
uniform mat4 matrix; uniform float now, size, bearing, still;
layout(location = 0) in vec4 path; layout(location = 1) in vec4 life;
flat out int kind, state; out float turn;
void main() {
  int look = int(life.w);
  kind = look / 4; state = look % 4;
  float share = still > 0.5 ? 1.0 : clamp((now - life.x) * life.y, 0.0, 1.0);
  gl_Position = look == 255 ? vec4(2.0, 2.0, 2.0, 1.0) : matrix * vec4(mix(path.xy, path.zw, share), 0.0, 1.0);
  gl_PointSize = state == 2 ? size * 1.35 : state == 1 ? size * 0.8 : size;
  turn = life.z - bearing;
}`;

export const FRAGMENT = `#version 300 es
precision mediump float;
uniform vec3 colours[4]; uniform vec3 rim; uniform vec3 plain;
flat in int kind, state; in float turn; out vec4 colour;
float box(vec2 p, vec2 half_) { vec2 d = abs(p) - half_; return max(d.x, d.y); }
float shape(vec2 p) {
  if (kind == 1) return box(p, vec2(0.36, 0.62)) ;
  if (kind == 2) return max(p.y - 0.55, abs(p.x) * 1.6 - (p.y + 0.75) * 0.9);
  if (kind == 3) return min(box(p, vec2(0.22, 0.62)), box(p, vec2(0.62, 0.22)));
  if (kind == 4) return abs(p.x) + abs(p.y) - 0.75;
  if (kind == 5) return max(abs(p.y) * 1.15, abs(p.x) + abs(p.y) * 0.58) - 0.68;
  if (kind == 6) { vec2 q = abs(mat2(0.7071, 0.7071, -0.7071, 0.7071) * p); return min(max(q.x - 0.66, q.y - 0.2), max(q.y - 0.66, q.x - 0.2)); }
  return length(p) - 0.55;
}
void main() {
  vec2 p = (gl_PointCoord - 0.5) * 2.0;
  float c = cos(turn), s = sin(turn);
  vec2 q = kind == 3 || state == 1 ? p : vec2(c * p.x + s * p.y, -s * p.x + c * p.y);
  float away = shape(q);
  float nose = state == 0 || state == 2 ? max(abs(q.x) * 1.4 - (q.y + 1.0), q.y + 0.55) : 1.0;
  float soft = fwidth(away);
  float body = 1.0 - smoothstep(-soft, soft, min(away, nose) );
  float ring = 1.0 - smoothstep(0.0, 0.16, min(away, nose));
  bool isHollow = state == 3 || state == 1;
  vec3 fill = state == 0 && (kind < 2 || kind > 4) ? plain : colours[state];
  float inside = isHollow ? 1.0 - smoothstep(-0.30, -0.18, away) : 0.0;
  vec3 drawn = mix(rim, mix(fill, rim, inside), body);
  if (ring < 0.02) discard;
  colour = vec4(drawn, 1.0) * ring;
}`;
