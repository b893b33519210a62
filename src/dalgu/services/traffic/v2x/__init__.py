"""Messages to roadside units and vehicles: SPaT, MAP and DENM, bytes to values and back.

Nothing here decides what to say: signal states come from the controllers, cautions from
`pedestrians`.
"""
