"""Talk Daegu: proposals, supports, answers within their terms; petitions, the city asks."""
