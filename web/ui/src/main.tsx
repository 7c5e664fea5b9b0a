import { render } from "preact";
import "./style.css";
render(<p>Sallyport</p>, document.getElementById("app")!);
